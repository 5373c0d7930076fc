/** Seconds an epoch: the same lines for Node and for a page. */
import { buildModel, evaluate, Rng, train } from "inkling";
import { takeSamples } from "inkling/data";
import { trainingFlops } from "./models.js";
import { median } from "./statistics.js";

/**
 * Trains on all 60,000 digits and judges by the 10,000 test digits after the first and the last epoch.
 *
 * Seconds an epoch: the median of those after the first, which warms up; shuffle and batch assembly count, evaluation
 * does not. With `batches` an epoch is only so many, its time is multiplied up to a whole one, and nothing is judged.
 *
 * @param {import("inkling").Engine} engine
 * @param {{ architecture: import("inkling").Architecture, training: object }} model
 */
export async function timeTraining(engine, { architecture, training }, { data, epochs, batches }, report) {
  const model = buildModel(engine, architecture, { rng: new Rng(1) });
  const { training: samples, part } = firstBatches(data.training, batches, training.batchSize);
  const seconds = [];
  const accuracies = [];
  const story = train(model, { ...training, data: samples, epochs, rng: new Rng(1) });
  let memory = null;
  let begin = performance.now();
  for await (const record of story) {
    if (record.kind !== "epoch") continue;
    seconds.push((performance.now() - begin) / 1000 / part);
    const judged = part === 1 && (record.epoch === 1 || record.epoch === epochs);
    if (judged) accuracies.push((await evaluate(model, data.test)).accuracy);
    const accuracy = judged ? `, test accuracy ${(100 * accuracies.at(-1)).toFixed(2)} %` : "";
    report(`epoch ${record.epoch}: ${seconds.at(-1).toFixed(3)} s, loss ${record.loss.toFixed(4)}${accuracy}`);
    // at its end the training gives back what only it needs
    memory = { ...engine.memory, plan: story.plan()?.describe().arenaBytes ?? 0 };
    begin = performance.now();
  }
  const secondsPerEpoch = median(seconds.slice(1));
  return {
    secondsPerEpoch: Number(secondsPerEpoch.toFixed(4)),
    gigaflops: Number(((trainingFlops(model) * data.training.length) / secondsPerEpoch / 1e9).toFixed(1)),
    firstEpochAccuracy: accuracies[0] ?? null,
    testAccuracy: accuracies.at(-1) ?? null,
    epochs,
    batches: batches ?? null,
    memory,
  };
}

/** The samples of the first batches, and which part of all they are. */
function firstBatches(training, batches, batchSize) {
  const count = batches === undefined ? training.length : Math.min(training.length, batches * batchSize);
  if (count === training.length) return { training, part: 1 };
  return {
    training: takeSamples(
      training,
      Int32Array.from({ length: count }, (_, i) => i),
    ),
    part: count / training.length,
  };
}
