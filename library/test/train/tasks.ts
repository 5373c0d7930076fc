/** Small data sets of both tasks, and trainings on them told in one line. */
import { Rng } from "#base";
import { createDataset, takeSamples } from "#data";
import type { ClassDataset, Dataset, ValueDataset } from "#data";
import { createEngine } from "#engine";
import type { EngineOptions } from "#engine";
import { hashWeights } from "#formats";
import { buildModel } from "#nn";
import type { LayerDescription, Model } from "#nn";
import { train } from "#train";
import type { EpochRecord, Training, TrainingRecord, TrainOptions } from "#train";

/** Two numbers a sample, uniform in ±1. */
function points(samples: number, seed: number): Float32Array {
  const rng = new Rng(seed).stream("points");
  return Float32Array.from({ length: 2 * samples }, () => rng.uniform(-1, 1));
}

/** `y = 200 + 50·(2a − b + 0.5)` and `z = −3·b`, of which the network learns 2a − b + 0.5 and −3·b. */
export function planes({ samples = 60, seed = 1 } = {}): ValueDataset {
  const inputs = points(samples, seed);
  const targets = new Float32Array(2 * samples);
  for (let at = 0; at < inputs.length; at += 2) {
    targets[at] = 2 * inputs[at] - inputs[at + 1] + 0.5;
    targets[at + 1] = -3 * inputs[at + 1];
  }
  const targetUnits = [
    { mean: 200, deviation: 50 },
    { mean: 0, deviation: 1 },
  ];
  return createDataset({ inputs, targets, inputShape: [2], targetNames: ["price", "age"], targetUnits });
}

/** Class 1 where a and b have the same sign: no straight line parts the two. */
export function quadrants({ samples = 200, seed = 1 } = {}): ClassDataset {
  const inputs = points(samples, seed);
  const labels = Uint8Array.from({ length: samples }, (_, sample) =>
    inputs[2 * sample] * inputs[2 * sample + 1] > 0 ? 1 : 0,
  );
  return createDataset({ inputs, labels, inputShape: [2], classNames: ["apart", "together"] });
}

/** The first `count` samples to learn from, the others to validate on. */
export function parted<D extends Dataset>(dataset: D, count: number) {
  const part = (begin: number, end: number) =>
    takeSamples(
      dataset,
      Array.from({ length: end - begin }, (_, index) => begin + index),
    );
  return { training: part(0, count), validation: part(count, dataset.length), test: null };
}

export async function build(
  layers: readonly LayerDescription[],
  { seed = 1, kernels = "reference", ...others }: EngineOptions & { seed?: number } = {},
): Promise<Model> {
  const engine = await createEngine({ kernels, ...others });
  return buildModel(engine, { input: [2], layers }, { rng: new Rng(seed) });
}

/** A whole training: what it told, what it left. */
export async function finish(model: Model, options: TrainOptions) {
  const training = train(model, options);
  const records = await collect(training);
  const epochs = records.filter((record): record is EpochRecord => record.kind === "epoch");
  return { records, epochs, model, checkpoint: training.checkpoint(), hash: await hashWeights(model) };
}

export async function collect(training: Training): Promise<TrainingRecord[]> {
  const records: TrainingRecord[] = [];
  for await (const record of training) records.push(record);
  return records;
}

/** A copy of all of a model's numbers. */
export function numbersOf(model: Model): Map<string, number[]> {
  return new Map([...model.tensors()].map(([name, { data }]) => [name, [...data]]));
}
