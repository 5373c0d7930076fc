/**
 * A dataset: samples laid one after another in one array, and for each what is to be learnt of it.
 *
 * Pictures stay bytes (intensity 0–255) until a batch is made: 60,000 digits then take 47 MB and not 188, and the
 * cheapest copy is the one of bytes.
 */
import { FormatError, formatValue, PLAIN, SettingError, ShapeError, sizeOf } from "#base";
import type { Shape, TableEncoding, Unit } from "#base";

/** What every dataset has. */
interface Samples {
  /** Row-major, one sample after another. Bytes are intensities 0–255; floats are taken as they are. */
  readonly inputs: Uint8Array | Float32Array;
  /** The shape of one sample, e.g. [28, 28, 1]. */
  readonly inputShape: Shape;
  /** How many samples. */
  readonly length: number;
  /** Of rows of a table: how its columns became numbers. `train` writes it on the model's card. */
  readonly encoding?: TableEncoding;
}

/** Samples that each belong to a class. */
export interface ClassDataset extends Samples {
  readonly task: "classification";
  /** The class number of each sample, an index into `classNames`. */
  readonly labels: Uint8Array;
  readonly classNames: readonly string[];
}

/** Samples with one or more numbers to predict. */
export interface ValueDataset extends Samples {
  readonly task: "regression";
  /** [length × targetNames.length], as the network learns them. */
  readonly targets: Float32Array;
  readonly targetNames: readonly string[];
  /** How each target becomes a number of its own scale again: target · deviation + mean. */
  readonly targetUnits: readonly Unit[];
}

/** Samples with what is to be learnt of them: a class each (`labels`), or numbers (`targets`). */
export type Dataset = ClassDataset | ValueDataset;

/** One set for learning, one for choosing, one for the last word. */
export interface Splits<D extends Dataset = Dataset> {
  readonly training: D;
  readonly validation: D | null;
  readonly test: D | null;
}

interface ClassParts {
  inputs: Uint8Array | Float32Array;
  labels: Uint8Array;
  inputShape: Shape;
  classNames: readonly string[];
  encoding?: TableEncoding;
  origin?: string;
}

interface ValueParts {
  inputs: Uint8Array | Float32Array;
  targets: Float32Array;
  inputShape: Shape;
  targetNames: readonly string[];
  targetUnits?: readonly Unit[];
  encoding?: TableEncoding;
  origin?: string;
}

/**
 * A dataset from its arrays, which are kept, not copied: with `labels` one of classes, with `targets` one of numbers.
 *
 * @param parts.encoding of rows of a table: how its columns became numbers
 * @param parts.origin where the samples came from, e.g. a file's name; errors mention it
 * @throws {ShapeError} when inputs and labels or targets do not belong together
 * @throws {FormatError} when a label is no index into classNames, or an input or target is no finite number
 * @throws {SettingError} when a unit's deviation is not above 0
 */
export function createDataset(parts: ClassParts): ClassDataset;
export function createDataset(parts: ValueParts): ValueDataset;
export function createDataset(parts: ClassParts | ValueParts): Dataset {
  return "labels" in parts ? classDataset(parts) : valueDataset(parts);
}

function classDataset({ inputs, labels, inputShape, classNames, encoding, origin }: ClassParts): ClassDataset {
  const length = labels.length;
  checkCount({ inputs, inputShape, length, what: "label" });
  checkFinite(inputs, { inputShape, origin });
  const stray = labels.findIndex((label) => label >= classNames.length);
  if (stray !== -1) {
    throw new FormatError({
      op: "createDataset",
      problem: `label ${labels[stray]} of sample ${stray} is no class`,
      file: origin,
      want: `0 to ${classNames.length - 1}`,
    });
  }
  return {
    task: "classification",
    inputs,
    labels,
    inputShape: [...inputShape],
    classNames: [...classNames],
    length,
    ...(encoding && { encoding }),
  };
}

function valueDataset(parts: ValueParts): ValueDataset {
  const { inputs, targets, inputShape, targetNames, encoding, origin } = parts;
  const op = "createDataset";
  const width = targetNames.length;
  const targetUnits = parts.targetUnits ?? targetNames.map(() => PLAIN);
  if (width === 0 || targets.length % width !== 0 || targetUnits.length !== width) {
    throw new ShapeError({
      op,
      problem: "the targets are not whole rows",
      shapes: { targets: [targets.length], targetNames: [width], targetUnits: [targetUnits.length] },
      want: "one number for each sample and name, and one unit for each name",
    });
  }
  const length = targets.length / width;
  checkCount({ inputs, inputShape, length, what: "row of targets" });
  checkFinite(inputs, { inputShape, origin });
  const stray = targets.findIndex((target) => !Number.isFinite(target));
  if (stray !== -1) {
    throw new FormatError({
      op,
      problem: `target "${targetNames[stray % width]}" of sample ${Math.floor(stray / width)} is ${targets[stray]}`,
      file: origin,
      want: "a finite number",
    });
  }
  const flat = targetUnits.findIndex(
    ({ mean, deviation }) => !(Number.isFinite(mean) && deviation > 0 && deviation < Infinity),
  );
  if (flat !== -1) {
    throw new SettingError({
      op,
      problem: `nothing can be standardised by the unit of target "${targetNames[flat]}"`,
      setting: `targetUnits[${flat}]`,
      value: targetUnits[flat],
      want: "a finite mean and a finite deviation above 0",
      fix: "give a target that does not vary a deviation of 1",
    });
  }
  return {
    task: "regression",
    inputs,
    targets,
    inputShape: [...inputShape],
    targetNames: [...targetNames],
    targetUnits: targetUnits.map((unit) => ({ ...unit })),
    length,
    ...(encoding && { encoding }),
  };
}

/** @throws {FormatError} naming the first number that is none: a network would only say that its loss is NaN */
function checkFinite(
  inputs: Uint8Array | Float32Array,
  { inputShape, origin }: { inputShape: Shape; origin?: string },
): void {
  if (inputs instanceof Uint8Array) return;
  let stray = 0;
  while (stray < inputs.length && Number.isFinite(inputs[stray])) stray++;
  if (stray === inputs.length) return;
  const size = sizeOf(inputShape);
  throw new FormatError({
    op: "createDataset",
    problem: `input ${stray % size} of sample ${Math.floor(stray / size)} is ${inputs[stray]}`,
    file: origin,
    want: "a finite number",
  });
}

function checkCount({ inputs, inputShape, length, what }: Samples & { what: string }): void {
  const op = "createDataset";
  const sampleSize = sizeOf(inputShape);
  if (length === 0 || sampleSize === 0) {
    const shapes = { inputs: [inputs.length], [`${what}s`]: [length], inputShape };
    throw new ShapeError({ op, problem: "there are no samples", shapes, want: "at least one" });
  }
  if (inputs.length === length * sampleSize) return;
  const count = inputs.length / sampleSize;
  const isWhole = Number.isInteger(count);
  throw new ShapeError({
    op,
    problem: isWhole ? `${count} samples but ${length} ${what}s` : `${inputs.length} values are not whole samples`,
    shapes: { inputs: isWhole ? [count, ...inputShape] : [inputs.length], [`${what}s`]: [length], inputShape },
    want: `one ${what} for each sample`,
  });
}

/**
 * The samples at these positions, in this order, as a dataset of its own (a copy).
 *
 * @throws {SettingError} when it is no dataset, or a position is not one of the dataset's
 */
export function takeSamples<D extends Dataset>(dataset: D, indices: ArrayLike<number>): D {
  checkDataset("takeSamples", dataset);
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position];
    if (Number.isInteger(index) && index >= 0 && index < dataset.length) continue;
    throw new SettingError({
      op: "takeSamples",
      problem: `there is no sample ${index}`,
      setting: `indices[${position}]`,
      value: index,
      want: `whole numbers from 0 to ${dataset.length - 1}`,
    });
  }
  const inputs = takeRows(dataset.inputs, sizeOf(dataset.inputShape), indices);
  const taken: Dataset =
    dataset.task === "classification"
      ? createDataset({ ...dataset, inputs, labels: takeRows(dataset.labels, 1, indices) })
      : createDataset({ ...dataset, inputs, targets: takeRows(dataset.targets, dataset.targetNames.length, indices) });
  return taken as D; // of the same kind
}

/** Refuses what is easily taken for a dataset: its parts together, or bare arrays. */
export function checkDataset(op: string, dataset: unknown): void {
  const { task, training } = (dataset ?? {}) as { task?: unknown; training?: unknown };
  if (task === "classification" || task === "regression") return;
  const isSplits = training !== undefined;
  const keys = typeof dataset === "object" && dataset !== null ? Object.keys(dataset).slice(0, 6) : [];
  const isArray = Array.isArray(dataset) || ArrayBuffer.isView(dataset);
  const object = keys.length === 0 ? "an object" : `an object with ${keys.join(", ")}`;
  throw new SettingError({
    op,
    problem: isSplits ? "these are the parts of a dataset together" : "this is no dataset",
    setting: "dataset",
    value: dataset,
    got: isArray ? "an array" : typeof dataset === "object" && dataset !== null ? object : formatValue(dataset),
    want: isSplits ? "one of them, e.g. splits.training" : "a dataset",
    fix: isSplits ? undefined : "fromArrays({ inputs, labels }).training is one made of arrays",
  });
}

function takeRows<A extends Uint8Array | Float32Array>(rows: A, size: number, indices: ArrayLike<number>): A {
  const taken = new (rows.constructor as { new (length: number): A })(indices.length * size);
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position];
    taken.set(rows.subarray(index * size, (index + 1) * size), position * size);
  }
  return taken;
}
