/**
 * W1: a multilayer perceptron 784-128-10, ReLU, softmax cross entropy, plain SGD 0.1, batches of 128, pixels / 255, a
 * fresh shuffle each epoch. The same work in every library gives 95 to 96 % after five epochs.
 */
import { buildModel, createEngine, evaluate, Rng, train } from "inkling";
import { loadMnist } from "../mnist.js";

export const title = "784-128-10, SGD 0.1, batch 128, five epochs of 60,000 real digits";

/** Seconds an epoch: the median of those after the first; shuffle and batch assembly count, evaluation does not. */
export async function run({ threads, module, epochs = 5 }, report) {
  const [engine, data] = await Promise.all([createEngine({ threads, module }), loadMnist()]);
  const architecture = {
    input: [28, 28, 1],
    layers: [{ type: "flatten" }, { type: "dense", units: 128 }, { type: "relu" }, { type: "dense", units: 10 }],
  };
  const model = buildModel(engine, architecture, { rng: new Rng(1) });
  const options = { batchSize: 128, epochs, optimizer: { type: "sgd", learningRate: 0.1 }, rng: new Rng(1) };
  const seconds = [];
  let begin = performance.now();
  for await (const record of train(model, { data, ...options })) {
    if (record.kind !== "epoch") continue;
    seconds.push((performance.now() - begin) / 1000);
    report(`epoch ${record.epoch}: ${seconds.at(-1).toFixed(3)} s, loss ${record.loss.toFixed(4)}`);
    begin = performance.now();
  }
  const { accuracy } = await evaluate(model, data.test);
  const result = {
    work: "W1",
    secondsPerEpoch: Number(median(seconds.slice(1)).toFixed(4)),
    testAccuracy: accuracy,
    threads: engine.threads,
    module: engine.module,
    node: process.version,
  };
  engine.close();
  return result;
}

export function format({ secondsPerEpoch, testAccuracy, threads, module, node }) {
  return `W1  ${secondsPerEpoch} s per epoch, test accuracy ${(100 * testAccuracy).toFixed(2)} %  (${threads} threads, ${module}, Node ${node})`;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
