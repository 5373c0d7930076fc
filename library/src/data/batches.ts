/**
 * Batches: in which order an epoch visits the samples, and how a batch of them is brought together.
 *
 * The order of epoch e is a function of the generator's key and e alone, not of what was drawn before. So a training
 * that was interrupted finds its place again from two numbers, the epoch and the step.
 */
import { checkSettings, SettingError, ShapeError, sizeOf, whole } from "#base";
import type { Rng } from "#base";
import type { Floats } from "#kernels";
import type { Dataset } from "./dataset.ts";

/** How many batches an epoch has; the last one holds what is left and may be smaller. */
export function batchCount(length: number, batchSize: number): number {
  checkSettings("batchCount", { length, batchSize }, { length: whole(0), batchSize: whole(1) });
  return Math.ceil(length / batchSize);
}

/** The positions 0 to `length` − 1 in the order of this epoch; draws nothing from `rng` itself. */
export function epochOrder(length: number, rng: Rng, epoch: number): Uint32Array {
  return rng.stream(`epoch ${epoch}`).permutation(length);
}

/** Where the samples of a batch go. */
export interface BatchTarget {
  /** At least (end − begin) · numbers per sample long. */
  into: Uint8Array | Floats;
  /** At least end − begin long, times the targets of a sample where there are several. */
  targetsInto: Uint8Array | Floats;
}

/** How many numbers are to be learnt of each sample: one for a class. */
export function targetWidth(dataset: Dataset): number {
  return dataset.task === "classification" ? 1 : dataset.targetNames.length;
}

/**
 * Copies the samples `order[begin]` … `order[end − 1]` and their labels or targets, one after another, to the start of
 * `into` and `targetsInto`. Nothing is scaled: bytes stay 0–255 whatever the array they go to.
 *
 * @throws {ShapeError} when an array is too short
 * @throws {SettingError} when floats would be cut down to bytes
 */
export function gatherSamples(
  dataset: Dataset,
  order: ArrayLike<number>,
  { begin, end, into, targetsInto }: BatchTarget & { begin: number; end: number },
): void {
  const op = "gatherSamples";
  const { inputs } = dataset;
  const targets = dataset.task === "classification" ? dataset.labels : dataset.targets;
  const sampleSize = sizeOf(dataset.inputShape);
  const width = targetWidth(dataset);
  const count = end - begin;
  if (into.length < count * sampleSize || targetsInto.length < count * width || order.length < end) {
    throw new ShapeError({
      op,
      problem: `no room for ${count} samples`,
      shapes: { into: [into.length], targetsInto: [targetsInto.length], order: [order.length] },
      want: `into [${count * sampleSize}], targetsInto [${count * width}], order [${end}] or longer`,
    });
  }
  const refuseFloats = (setting: string, from: ArrayLike<number>, to: ArrayLike<number>): void => {
    if (!(to instanceof Uint8Array) || from instanceof Uint8Array) return;
    const want = "a Float32Array or Float64Array for a dataset of floats";
    throw new SettingError({ op, problem: "bytes cannot hold floats", setting, value: "Uint8Array", want });
  };
  refuseFloats("into", inputs, into);
  refuseFloats("targetsInto", targets, targetsInto);
  const samples = Array.from({ length: count }, (_, row) => order[begin + row]);
  gatherInputs(dataset, samples, into);
  gatherTargets(dataset, samples, targetsInto);
}

/** The inputs alone, of the samples of these numbers. */
export function gatherInputs(dataset: Dataset, samples: ArrayLike<number>, into: Uint8Array | Floats): void {
  const { inputs, inputShape } = dataset;
  const size = sizeOf(inputShape);
  for (let row = 0; row < samples.length; row++) {
    into.set(inputs.subarray(samples[row] * size, (samples[row] + 1) * size), row * size);
  }
}

/** The labels or targets alone, of the samples of these numbers. */
export function gatherTargets(dataset: Dataset, samples: ArrayLike<number>, into: Uint8Array | Floats): void {
  const targets = dataset.task === "classification" ? dataset.labels : dataset.targets;
  const width = targetWidth(dataset);
  for (let row = 0; row < samples.length; row++)
    for (let at = 0; at < width; at++) into[row * width + at] = targets[samples[row] * width + at];
}
