/**
 * W4: prediction with the networks of W1 and W3. One image: 784 floats in, the class out. Many: the 10,000 test images in
 * one call, 10 scores each out. What the weights are does not matter to the time: they are random.
 */
import { buildModel, createEngine, Rng } from "inkling";
import { loadMnist } from "../mnist.js";
import { models } from "../models.js";
import { median, significant } from "../statistics.js";

export const title = "prediction by the networks of W1 and W3: one image, and 10,000";

const WARM_UP = 300;
const CALLS = { W1: 5000, W3: 1000 };
const SWEEPS = { W1: 20, W3: 5 };

export async function run({ threads, module }, report) {
  const [engine, data] = await Promise.all([createEngine({ threads, module }), loadMnist()]);
  const images = data.test.inputs; // bytes
  const floats = Float32Array.from(images, (byte) => byte / 255);
  const result = { work: "W4" };
  for (const name of ["W1", "W3"]) {
    const model = buildModel(engine, models[name].architecture, { rng: new Rng(1) });
    // what its card would say after learning digits
    model.card = { ...model.card, preprocessing: { ...model.card.preprocessing, mostlyZero: true } };
    result[`${name}MicrosecondsPerImage`] = significant(timeOne(model, floats, CALLS[name]));
    result[`${name}ImagesPerSecond`] = Math.round(timeMany(model, floats, SWEEPS[name]));
    report(`${name}: ${result[`${name}MicrosecondsPerImage`]} µs, ${result[`${name}ImagesPerSecond`]} images/s`);
  }
  Object.assign(result, { threads: engine.threads, module: engine.module, node: process.version });
  engine.close();
  return result;
}

/** Microseconds from an array of floats to the class, median. */
function timeOne(model, floats, calls) {
  const times = [];
  for (let call = 0; call < WARM_UP + calls; call++) {
    const image = floats.slice((call % 10_000) * 784, ((call % 10_000) + 1) * 784);
    const begin = performance.now();
    highest(model.outputs(image));
    times.push(1000 * (performance.now() - begin));
  }
  return median(times.slice(WARM_UP));
}

/** Images a second, all of them in one call, median; the first sweep warms up. */
function timeMany(model, floats, sweeps) {
  const speeds = [];
  for (let sweep = 0; sweep <= sweeps; sweep++) {
    const begin = performance.now();
    model.outputs(floats);
    speeds.push(10_000_000 / (performance.now() - begin));
  }
  return median(speeds.slice(1));
}

/** The class with the highest score. */
function highest(scores) {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i] > scores[best]) best = i;
  return best;
}

/** What is put beside peers. */
export const compared = ["W1", "W3"].flatMap((name) => [
  { key: `${name}MicrosecondsPerImage`, unit: `µs an image, model ${name}`, better: "less" },
  { key: `${name}ImagesPerSecond`, unit: `images/s, model ${name}`, better: "more" },
]);

export function format({ threads, module, node, ...result }) {
  const of = (name) =>
    `model ${name} ${result[`${name}MicrosecondsPerImage`]} µs, ` +
    `${result[`${name}ImagesPerSecond`].toLocaleString("en-US")} images/s`;
  return `W4  ${of("W1")}; ${of("W3")}  (${threads} threads, ${module}, Node ${node})`;
}
