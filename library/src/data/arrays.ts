/**
 * Datasets from ordinary arrays: for a first try at the keyboard, or for what another program has worked out.
 *
 * Targets are standardised, `(own − mean) / deviation`, by what the training samples say: a network begins with outputs
 * about 0 and a step of a size for numbers about 1. The model keeps mean and deviation and answers in the targets' own
 * units, so nobody need notice. Inputs are taken as they are: whoever asks the model later must give it inputs made in
 * the same way, and only those who made these know how.
 */
import { checkSettings, flag, formatValue, optional, SettingError, ShapeError, sizeOf, whole } from "#base";
import type { Field, Shape } from "#base";
import { classesOf } from "./classes.ts";
import { createDataset } from "./dataset.ts";
import type { ClassDataset, Dataset, Splits, ValueDataset } from "./dataset.ts";
import { checkCounts, drawParts, holdOut } from "./split.ts";
import { spreadOf } from "./spread.ts";

const OP = "fromArrays";

/** The numbers of one sample. */
type Row = ArrayLike<number>;

interface Given {
  /** A row of numbers for each sample, all equally long. */
  inputs: readonly Row[];
  /** What a row is, e.g. [28, 28, 1]; without it, so many numbers. */
  inputShape?: Shape;
  /** How many samples are held out to choose by (see `holdOut`); 0 when nobody says. */
  validation?: number;
  /** How many are held out for the last word; 0 when nobody says. */
  test?: number;
}

interface Named extends Given {
  /** What each sample is called. */
  labels: readonly (string | number)[];
}

interface Measured extends Given {
  /** For each sample a number, or a row of them. */
  targets: readonly number[] | readonly Row[];
  /** What these numbers are called; "value" when nobody says. */
  targetNames?: readonly string[];
  /** Whether targets are brought to mean 0 and deviation 1 by the training samples; true when nobody says. */
  standardise?: boolean;
}

const list: Field<readonly unknown[]> = {
  fits: (value): value is readonly unknown[] => Array.isArray(value) && value.length > 0,
  want: "an array with something in it",
};
const shape: Field<Shape> = {
  fits: (value): value is Shape =>
    Array.isArray(value) && value.every((length) => Number.isInteger(length) && length > 0),
  want: "a list of whole numbers of at least 1",
};

/**
 * Samples from ordinary arrays: with `labels` they belong to classes, which are called as the labels are and numbered in
 * order, numbers by size and ahead of words; with `targets` there are one or more numbers to predict of each, which are
 * standardised by the training samples unless `standardise: false` says otherwise. Inputs are taken as they are: bring
 * them to about the same size first (from −1 to 1, say), here and in predictions alike.
 *
 * @throws {ShapeError} when rows differ in length, or there are not as many labels or targets as rows
 * @throws {SettingError} when something is no number, or nothing is left to train on
 * @throws {FormatError} when all labels are the same, or more than 256 different ones
 * @example
 * const { training } = fromArrays({ inputs: [[0, 0], [0, 1], [1, 0]], labels: ["dark", "light", "light"] });
 * training.classNames; // ["dark", "light"]
 * training.labels; // [0, 1, 1]
 * @example
 * const { training } = fromArrays({ inputs: [[0], [1], [2]], targets: [100, 200, 300] });
 * training.targetUnits[0].mean; // 200
 * training.targets[1]; // 0
 */
export function fromArrays(parts: Named): Splits<ClassDataset>;
export function fromArrays(parts: Measured): Splits<ValueDataset>;
export function fromArrays(parts: Named | Measured): Splits {
  const { validation, test, standardise } = checkSettings(OP, parts, {
    inputs: list,
    inputShape: optional(shape),
    labels: optional(list),
    targets: optional(list),
    targetNames: optional(list),
    standardise: flag(true),
    validation: whole(0, 0),
    test: whole(0, 0),
  });
  const counts = { validation, test };
  return holdOut(datasetFrom(parts, { standardise, ...counts }), counts);
}

function datasetFrom(
  parts: Named | Measured,
  { standardise, ...counts }: { standardise: boolean; validation: number; test: number },
): Dataset {
  const { labels, targets, targetNames } = parts as Partial<Named & Measured>;
  if ((labels === undefined) === (targets === undefined)) {
    const problem = labels === undefined ? "there is nothing to learn" : "there are two things to learn";
    const want = "either labels, the samples' classes, or targets, numbers to predict";
    throw new SettingError({ op: OP, problem, setting: "labels", value: labels, want });
  }
  const { numbers: inputs, width } = joined("inputs", parts.inputs, { kind: Float32Array });
  const inputShape = parts.inputShape ?? [width];
  if (sizeOf(inputShape) !== width) {
    const shapes = { "inputs[0]": [width], inputShape };
    const want = `rows of ${sizeOf(inputShape)} numbers`;
    throw new ShapeError({ op: OP, problem: "the rows are not of that shape", shapes, want });
  }
  if (labels !== undefined) {
    checkCount(parts.inputs, { labels });
    return createDataset({ inputs, inputShape, ...classesOf(labels.map(nameOf), { op: OP, samples: "labels" }) });
  }
  const rows = (targets as readonly unknown[]).map((target) => (typeof target === "number" ? [target] : target));
  checkCount(parts.inputs, { targets: rows });
  const learnt = joined("targets", rows, { kind: Float64Array }); // a mean far from 0 would cost digits of single precision
  const names =
    targetNames ?? Array.from({ length: learnt.width }, (_, at) => (at === 0 ? "value" : `value ${at + 1}`));
  if (names.length !== learnt.width) {
    const shapes = { "targets[0]": [learnt.width], targetNames: [names.length] };
    throw new ShapeError({
      op: OP,
      problem: "targets and their names are not equally many",
      shapes,
      want: "a name for each target",
    });
  }
  if (!standardise)
    return createDataset({ inputs, inputShape, targets: Float32Array.from(learnt.numbers), targetNames: names });
  checkCounts(OP, rows.length, counts);
  const { training } = drawParts(null, rows.length, counts); // the ones that holdOut draws
  const own = learnt.numbers;
  const targetUnits = names.map((_, at) => spreadOf(training.map((row) => own[row * names.length + at])));
  const standard = Float32Array.from(own, (number, index) => {
    const { mean, deviation } = targetUnits[index % names.length];
    return (number - mean) / deviation;
  });
  return createDataset({ inputs, inputShape, targets: standard, targetNames: names, targetUnits });
}

/** Rows laid one after another. */
function joined<Numbers extends Float32Array | Float64Array>(
  setting: string,
  rows: readonly unknown[],
  { kind }: { kind: new (length: number) => Numbers },
): { numbers: Numbers; width: number } {
  const width = lengthOf(rows[0], `${setting}[0]`);
  const numbers = new kind(rows.length * width);
  for (const [index, row] of rows.entries()) {
    const length = lengthOf(row, `${setting}[${index}]`);
    if (length !== width) {
      throw new ShapeError({
        op: OP,
        problem: `row ${index} of ${setting} is ${length} long, the first is ${width}`,
        shapes: { [`${setting}[0]`]: [width], [`${setting}[${index}]`]: [length] },
        want: "rows of one length",
      });
    }
    for (let at = 0; at < width; at++) {
      const value: unknown = (row as ArrayLike<unknown>)[at];
      const place = index * width + at;
      if (typeof value === "number") numbers[place] = value;
      if (typeof value === "number" && Number.isFinite(Math.fround(value))) continue;
      throw new SettingError({
        op: OP,
        problem: `${formatValue(value)} is no number that a network can take`,
        setting: `${setting}[${index}][${at}]`,
        value,
        want: "a finite number, at most about 3e38",
      });
    }
  }
  return { numbers, width };
}

function lengthOf(row: unknown, setting: string): number {
  if (Array.isArray(row) || (ArrayBuffer.isView(row) && !(row instanceof DataView))) {
    const { length } = row as ArrayLike<unknown>;
    if (length > 0) return length;
  }
  const problem = "a sample is no row of numbers";
  throw new SettingError({ op: OP, problem, setting, value: row, want: "an array of at least one number" });
}

function checkCount(inputs: readonly unknown[], others: Record<string, readonly unknown[]>): void {
  for (const [name, { length }] of Object.entries(others)) {
    if (length === inputs.length) continue;
    throw new ShapeError({
      op: OP,
      problem: `inputs and ${name} are not equally many: ${inputs.length} and ${length}`,
      shapes: { inputs: [inputs.length], [name]: [length] },
      want: "one for each row of inputs",
    });
  }
}

/** A label as a class's name. */
function nameOf(label: unknown, index: number): string {
  if (typeof label === "string" && label !== "") return label;
  if (Number.isFinite(label)) return String(label);
  const want = "a number or a word";
  const problem = `${formatValue(label)} is no label`;
  throw new SettingError({ op: OP, problem, setting: `labels[${index}]`, value: label, want });
}
