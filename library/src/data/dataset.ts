/**
 * A dataset: samples laid one after another in one array, and one label for each.
 *
 * Pictures stay bytes (intensity 0–255) until a batch is made: 60,000 digits then take 47 MB and not 188, and the
 * cheapest copy is the one of bytes.
 */
import { checkSettings, FormatError, Rng, SettingError, ShapeError, sizeOf, whole } from "#base";
import type { Shape } from "#base";

/** Samples with their labels. */
export interface Dataset {
  /** Row-major, one sample after another. Bytes are intensities 0–255; floats are taken as they are. */
  readonly inputs: Uint8Array | Float32Array;
  /** The class number of each sample, an index into `classNames`. */
  readonly labels: Uint8Array;
  /** The shape of one sample, e.g. [28, 28, 1]. */
  readonly inputShape: Shape;
  readonly classNames: readonly string[];
  /** How many samples. */
  readonly length: number;
}

/** One set for learning, one for choosing, one for the last word. */
export interface Splits {
  readonly training: Dataset;
  readonly validation: Dataset | null;
  readonly test: Dataset | null;
}

/**
 * A dataset from its arrays, which are kept, not copied.
 *
 * @param parts.origin where the labels came from, e.g. a file's name; errors mention it
 * @throws {ShapeError} when inputs and labels do not belong together
 * @throws {FormatError} when a label is no index into classNames
 */
export function createDataset(parts: {
  inputs: Uint8Array | Float32Array;
  labels: Uint8Array;
  inputShape: Shape;
  classNames: readonly string[];
  origin?: string;
}): Dataset {
  const { inputs, labels, inputShape, classNames, origin } = parts;
  const op = "createDataset";
  const length = labels.length;
  const sampleSize = sizeOf(inputShape);
  if (length === 0 || sampleSize === 0) {
    const shapes = { inputs: [inputs.length], labels: [length], inputShape };
    throw new ShapeError({ op, problem: "there are no samples", shapes, want: "at least one" });
  }
  if (inputs.length !== length * sampleSize) {
    const count = inputs.length / sampleSize;
    const isWhole = Number.isInteger(count);
    throw new ShapeError({
      op,
      problem: isWhole ? `${count} samples but ${length} labels` : `${inputs.length} values are not whole samples`,
      shapes: { inputs: isWhole ? [count, ...inputShape] : [inputs.length], labels: [length], inputShape },
      want: "one label for each sample",
    });
  }
  const stray = labels.findIndex((label) => label >= classNames.length);
  if (stray !== -1) {
    throw new FormatError({
      op,
      problem: `label ${labels[stray]} of sample ${stray} is no class`,
      file: origin,
      want: `0 to ${classNames.length - 1}`,
    });
  }
  return { inputs, labels, inputShape: [...inputShape], classNames: [...classNames], length };
}

/**
 * The samples at these positions, in this order, as a dataset of its own (a copy).
 *
 * @throws {SettingError} when a position is not one of the dataset's
 */
export function takeSamples(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  const sampleSize = sizeOf(dataset.inputShape);
  const { inputs, labels } = dataset;
  const size = indices.length * sampleSize;
  const takenInputs = inputs instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size);
  const takenLabels = new Uint8Array(indices.length);
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position];
    if (!Number.isInteger(index) || index < 0 || index >= dataset.length) {
      throw new SettingError({
        op: "takeSamples",
        problem: `there is no sample ${index}`,
        setting: `indices[${position}]`,
        value: index,
        want: `whole numbers from 0 to ${dataset.length - 1}`,
      });
    }
    takenInputs.set(inputs.subarray(index * sampleSize, (index + 1) * sampleSize), position * sampleSize);
    takenLabels[position] = labels[index];
  }
  return createDataset({ ...dataset, inputs: takenInputs, labels: takenLabels });
}

/**
 * Holds `count` samples out for validation, always the same ones: whatever seed a training uses, its validation
 * accuracy is measured on the same samples and can be compared.
 *
 * Each class gives its share, `count · size of class / size of dataset`, rounded so that the shares add up (largest
 * remainders first). Which of its samples go is drawn once and for all from `Rng(0)`, stream "validation", stream of the
 * class's number, so the choice is spread over the whole file. Both parts keep the file's order.
 *
 * @param count 0 holds out nothing: validation is null
 * @throws {SettingError} when no sample would be left to train on
 */
export function splitValidation(dataset: Dataset, count: number): { training: Dataset; validation: Dataset | null } {
  const op = "splitValidation";
  checkSettings(op, { count }, { count: whole(0) });
  if (count >= dataset.length) {
    throw new SettingError({
      op,
      problem: `${count} samples for validation leave none of ${dataset.length} to train on`,
      setting: "count",
      value: count,
      want: `0 to ${dataset.length - 1}`,
      fix: "hold out fewer, or none: 0",
    });
  }
  if (count === 0) return { training: dataset, validation: null };

  const members: number[][] = dataset.classNames.map(() => []);
  dataset.labels.forEach((label, index) => members[label].push(index));
  const shares = sharesOf(
    members.map((indices) => indices.length),
    count,
  );
  const heldOut = new Uint8Array(dataset.length);
  const rng = new Rng(0).stream("validation");
  members.forEach((indices, label) => {
    const order = rng.stream(label).permutation(indices.length);
    for (const position of order.subarray(0, shares[label])) heldOut[indices[position]] = 1;
  });
  const everyone = Array.from(heldOut.keys());
  return {
    training: takeSamples(
      dataset,
      everyone.filter((index) => heldOut[index] === 0),
    ),
    validation: takeSamples(
      dataset,
      everyone.filter((index) => heldOut[index] === 1),
    ),
  };
}

/** `count` dealt out in proportion to `sizes`: the whole parts first, the rest to the largest remainders. */
function sharesOf(sizes: readonly number[], count: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shares = sizes.map((size) => Math.floor((count * size) / total));
  // count · size is a whole number, so remainders compare exactly; equal ones go by class number
  const remainders = sizes.map((size, label) => ({ label, rest: (count * size) % total }));
  remainders.sort((a, b) => b.rest - a.rest || a.label - b.label);
  const left = count - shares.reduce((sum, share) => sum + share, 0);
  for (const { label } of remainders.slice(0, left)) shares[label]++;
  return shares;
}
