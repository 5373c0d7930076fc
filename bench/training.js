/** A training as a work: seconds an epoch and accuracy, through the public API. */
import { buildModel, createEngine, evaluate, Rng, train } from "inkling";
import { loadMnist } from "./mnist.js";

/**
 * Trains on all 60,000 digits and judges by the 10,000 test digits after the first and the last epoch.
 *
 * Seconds an epoch: the median of those after the first; shuffle and batch assembly count, evaluation does not.
 *
 * @param {{ work: string, architecture: import("inkling").Architecture, training: object }} work
 */
export async function measureTraining({ work, architecture, training }, { threads, module, epochs }, report) {
  const [engine, data] = await Promise.all([createEngine({ threads, module }), loadMnist()]);
  const model = buildModel(engine, architecture, { rng: new Rng(1) });
  const seconds = [];
  const accuracies = [];
  let begin = performance.now();
  for await (const record of train(model, { ...training, data, epochs, rng: new Rng(1) })) {
    if (record.kind !== "epoch") continue;
    seconds.push((performance.now() - begin) / 1000);
    const judged = record.epoch === 1 || record.epoch === epochs;
    if (judged) accuracies.push((await evaluate(model, data.test)).accuracy);
    const accuracy = judged ? `, test accuracy ${(100 * accuracies.at(-1)).toFixed(2)} %` : "";
    report(`epoch ${record.epoch}: ${seconds.at(-1).toFixed(3)} s, loss ${record.loss.toFixed(4)}${accuracy}`);
    begin = performance.now();
  }
  const result = {
    work,
    secondsPerEpoch: Number(median(seconds.slice(1)).toFixed(4)),
    firstEpochAccuracy: accuracies[0],
    testAccuracy: accuracies.at(-1),
    epochs,
    threads: engine.threads,
    module: engine.module,
    node: process.version,
  };
  engine.close();
  return result;
}

export function formatTraining({ work, secondsPerEpoch, testAccuracy, epochs, threads, module, node }) {
  const accuracy = `test accuracy ${(100 * testAccuracy).toFixed(2)} % after ${epochs}`;
  return `${work}  ${secondsPerEpoch} s per epoch, ${accuracy}  (${threads} threads, ${module}, Node ${node})`;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
