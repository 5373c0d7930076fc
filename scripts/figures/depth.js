/**
 * What depth does, with and without a way past the layers:  npm run figures
 *
 * Trains `resnet-small` and the same 21 convolutions in a plain row, each from two kinds of starting weights and with two
 * optimizers, over the same digits in the same order. Draws docs/figures/depth.svg: how large the gradient of each layer
 * is before the first update, and the loss along the first epoch. The numbers are kept beside it, in depth.json, and
 * printed as a table, for docs/depth.md.
 *
 *   node scripts/figures/depth.js --draw    draws what was measured before
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { buildModel, createEngine, crossEntropy, evaluate, Rng, train } from "inkling";
import { findRecipe, trainingOf } from "inkling/digits";
import { loadMnist } from "../../bench/mnist.js";
import { drawFigure, lines } from "./draw.js";

const EPOCHS = 1;
const recipe = findRecipe("resnet-small");

/** The recipe's own optimizer measures each weight's steps by its gradients, so that small ones do not matter; momentum does not. */
const optimizers = {
  AdamW: { optimizer: recipe.optimizer },
  momentum: { optimizer: { type: "momentum", learningRate: 0.05 }, clipNorm: 1 },
};

/** The layers of residual blocks one after another, as if there were no way past them. */
const plain = ({ input, layers }) => ({
  input,
  layers: layers.flatMap((layer) => (layer.type === "residual" ? layer.layers : [layer])),
});

/** The same network with all convolutions started by another rule. */
const started = ({ input, layers }, initializer) => {
  const start = (layer) => {
    if (layer.type === "conv2d") return { ...layer, initializer };
    if (layer.type !== "residual") return layer;
    return { ...layer, layers: layer.layers.map(start), shortcut: layer.shortcut.map(start) };
  };
  return { input, layers: layers.map(start) };
};

const { architecture: residual } = recipe;
const variants = {
  "resnet-small (LeCun's start)": residual,
  "the same, He's start": started(residual, "heUniform"),
  "in a plain row, LeCun's start": plain(residual),
  "in a plain row, He's start": started(plain(residual), "heUniform"),
};

const { values: options } = parseArgs({ options: { draw: { type: "boolean", default: false } } });
const folder = new URL("../../docs/figures/", import.meta.url);
const measured = new URL("depth.json", folder);
await mkdir(folder, { recursive: true });
if (!options.draw) await writeFile(measured, `${JSON.stringify(await measure())}\n`);
const results = JSON.parse(await readFile(measured, "utf8"));

const losses = (by) => results.flatMap(({ name, runs }) => runs[by].points.map((point) => ({ ...point, name })));
const gradients = results.flatMap(({ name, sizes }) => sizes.map((size, index) => ({ layer: index + 1, size, name })));
// the first steps of a network that starts too large go far beyond the picture
const lossLabels = { x: "step", y: "loss", xLabel: "step", yLabel: "nats", domain: [0, 3] };
const figure = drawFigure([
  lines(gradients, {
    x: "layer",
    y: "size",
    title: "Gradient of each convolution before the first step",
    xLabel: "convolution, from the picture up",
    yLabel: "root mean square",
    log: true,
    dots: true,
  }),
  lines(losses("momentum"), { ...lossLabels, title: "Loss, learning with momentum" }),
  lines(losses("AdamW"), { ...lossLabels, title: "Loss, learning with AdamW" }),
]);
await writeFile(new URL("depth.svg", folder), figure);

const last = results[0].sizes.length - 1;
const columns = ["gradient of the first convolution", "of the last", ...Object.keys(optimizers)];
console.log(`| seed 1 | ${columns.join(" | ")} |`);
console.log(`| --- |${" ---: |".repeat(columns.length)}`);
for (const { name, sizes, runs } of results) {
  const learnt = Object.values(runs).map(
    ({ loss, accuracy }) => `${loss.toFixed(2)}, ${(100 * accuracy).toFixed(1)} %`,
  );
  const ends = [sizes[0], sizes[last]].map((size) => size.toExponential(1));
  console.log(`| ${name} | ${[...ends, ...learnt].join(" | ")} |`);
}

/** All variants, with both optimizers. */
async function measure() {
  const data = await loadMnist({ validation: 5000 });
  const engine = await createEngine();
  const all = [];
  for (const [name, architecture] of Object.entries(variants)) {
    const make = () => buildModel(engine, architecture, { rng: new Rng(1) });
    const runs = {};
    for (const by of Object.keys(optimizers)) {
      runs[by] = await learn(make(), data, by);
      const { loss, accuracy } = runs[by];
      process.stderr.write(`${name}, ${by}: loss ${loss.toFixed(3)}, validation ${(100 * accuracy).toFixed(2)} %\n`);
    }
    all.push({ name, sizes: gradientSizes(make(), data), runs });
  }
  engine.close();
  return all;
}

/** Loss along one epoch, and accuracy on the validation digits after it. */
async function learn(model, data, by) {
  const choices = { ...trainingOf(recipe), ...optimizers[by], epochs: EPOCHS, reportEvery: 1 };
  const points = [];
  let sum = 0;
  for await (const record of train(model, { ...choices, data: data.training, rng: new Rng(1) })) {
    if (record.kind !== "progress") continue;
    sum += record.batchLoss;
    if (record.step % 20 !== 0) continue;
    points.push({ step: record.step, loss: Number((sum / 20).toFixed(4)) });
    sum = 0;
  }
  const { accuracy } = await evaluate(model, data.validation);
  return { points, loss: points.at(-1).loss, accuracy };
}

/** The root mean square of dL/dw for each convolution on the way through, over the first thousand digits. */
function gradientSizes(model, data) {
  return model.engine.step(() => {
    const { inputs, labels } = data.training;
    crossEntropy(model.forward(inputs.subarray(0, 784_000), { training: true }), labels.subarray(0, 1000)).backward();
    return [...model.parameters]
      .filter(([path, { shape }]) => shape.length === 4 && !path.includes("shortcut"))
      .map(([, { grad, size }]) =>
        Number(Math.sqrt(grad.data.reduce((total, value) => total + value * value, 0) / size).toPrecision(3)),
      );
  });
}
