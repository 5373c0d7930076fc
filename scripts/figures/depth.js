/**
 * What depth does, with and without a way past the layers:  npm run figures
 *
 * Trains `resnet-small` and the same 21 convolutions in a plain row, each from two kinds of starting weights, over the same
 * digits in the same order, and draws docs/figures/depth.svg: the loss of the first epochs, and how large the gradient of
 * each layer is before the first update. The numbers are printed as a table of Markdown, for docs/depth.md.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { buildModel, createEngine, crossEntropy, evaluate, Rng, train } from "inkling";
import { findRecipe, trainingOf } from "inkling/digits";
import { loadMnist } from "../../bench/mnist.js";
import { drawFigure, lines } from "./draw.js";

const EPOCHS = 2;
const recipe = findRecipe("resnet-small");

/** The layers of residual blocks one after another, as if there were no way past them. */
const plain = ({ input, layers }) => ({
  input,
  layers: layers.flatMap((layer) => (layer.type === "residual" ? layer.layers : [layer])),
});

/** The same network with all convolutions started by one rule. */
const started = ({ input, layers }, initializer) => {
  const start = (layer) => {
    if (layer.type === "conv2d") return { ...layer, initializer };
    return layer.type === "residual" ? { ...layer, layers: layer.layers.map(start) } : layer;
  };
  return { input, layers: layers.map(start) };
};

const variants = {
  "resnet-small": recipe.architecture,
  "the same, LeCun's start": started(recipe.architecture, "lecunUniform"),
  "plain, He's start": started(plain(recipe.architecture), "heUniform"),
  "plain, LeCun's start": started(plain(recipe.architecture), "lecunUniform"),
};

const data = await loadMnist({ validation: 5000 });
const engine = await createEngine();
const results = [];
for (const [name, architecture] of Object.entries(variants)) results.push(await learn(name, architecture));
engine.close();

const losses = results.flatMap(({ name, points }) => points.map((point) => ({ ...point, name })));
const gradients = results.flatMap(({ name, sizes }) => sizes.map((size, index) => ({ layer: index + 1, size, name })));
const figure = drawFigure([
  lines(losses, { x: "step", y: "loss", title: "Loss while it learns", xLabel: "step", yLabel: "nats" }),
  lines(gradients, {
    x: "layer",
    y: "size",
    title: "Gradient of each layer before the first step",
    xLabel: "convolution, from the picture up",
    yLabel: "root mean square",
    log: true,
    dots: true,
  }),
]);
const folder = new URL("../../docs/figures/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL("depth.svg", folder), figure);

console.log(`| ${EPOCHS} epochs, seed 1 | last loss | validation | gradient of layer 1 | of layer 11 | of layer 21 |`);
console.log("| --- | --- | --- | --- | --- | --- |");
for (const { name, loss, accuracy, sizes } of results) {
  const cells = [sizes[0], sizes[10], sizes[20]].map((size) => size.toExponential(1));
  console.log(`| ${name} | ${loss.toFixed(3)} | ${(100 * accuracy).toFixed(2)} % | ${cells.join(" | ")} |`);
}

/** Loss and gradients of one architecture. */
async function learn(name, architecture) {
  const model = buildModel(engine, architecture, { rng: new Rng(1) });
  const sizes = gradientSizes(model);
  const options = { ...trainingOf(recipe), epochs: EPOCHS, data: data.training, rng: new Rng(1), reportEvery: 1 };
  const points = [];
  let loss = NaN;
  let sum = 0;
  for await (const record of train(model, options)) {
    if (record.kind === "epoch") {
      ({ loss } = record);
      process.stderr.write(`${name}: epoch ${record.epoch}, loss ${loss.toFixed(4)}\n`);
    }
    if (record.kind !== "progress") continue;
    sum += record.batchLoss;
    if (record.step % 20 !== 0) continue;
    points.push({ step: record.step, loss: sum / 20 });
    sum = 0;
  }
  const { accuracy } = await evaluate(model, data.validation);
  return { name, sizes, points, loss, accuracy };
}

/** The root mean square of dL/dw for each convolution on the way through, over the first thousand digits. */
function gradientSizes(model) {
  return engine.step(() => {
    const { inputs, labels } = data.training;
    crossEntropy(model.forward(inputs.subarray(0, 784_000), { training: true }), labels.subarray(0, 1000)).backward();
    return [...model.parameters]
      .filter(([path, { shape }]) => shape.length === 4 && !path.includes("shortcut"))
      .map(([, { grad, size }]) => Math.sqrt(grad.data.reduce((total, value) => total + value * value, 0) / size));
  });
}
