/** Whether samples fit a model: looked at once, before any of them is touched. */
import { SettingError, ShapeError, sizeOf } from "#base";
import type { Dataset } from "#data";
import type { Classifier, Model } from "#nn";

/**
 * @throws {ShapeError} when the samples have more or fewer numbers than the model's input
 * @throws {SettingError} when the model has no logit for one of their classes, or no number for one of their targets
 */
export function checkSamples(
  op: string,
  { architecture, outputShape }: Pick<Classifier, "architecture" | "outputShape">,
  dataset: Dataset,
): void {
  checkIsDataset(op, dataset);
  const { inputShape } = dataset;
  if (sizeOf(inputShape) !== sizeOf(architecture.input)) {
    throw new ShapeError({
      op,
      problem: `the samples have ${sizeOf(inputShape)} numbers each, and the model takes ${sizeOf(architecture.input)}`,
      shapes: { sample: inputShape, input: architecture.input },
      want: "samples of the architecture's input shape",
    });
  }
  const { count, what, each, fits } =
    dataset.task === "classification"
      ? classesOf(dataset.classNames.length, outputShape[0])
      : targetsOf(dataset.targetNames.length, outputShape[0]);
  if (outputShape.length === 1 && fits) return;
  throw new SettingError({
    op,
    problem: `the model ends in ${JSON.stringify(outputShape)} numbers per sample, and the data have ${count} ${what}`,
    setting: "architecture",
    value: outputShape,
    want: `one ${each}: [${count}]`,
    fix: `let the last layer be { "type": "dense", "units": ${count} }`,
  });
}

/** A program without types may hand in anything: splits for a dataset, or plain arrays. */
function checkIsDataset(op: string, dataset: unknown): void {
  if (typeof dataset === "object" && dataset !== null && "inputs" in dataset && "task" in dataset) return;
  const isSplits = typeof dataset === "object" && dataset !== null && "training" in dataset;
  throw new SettingError({
    op,
    problem: "this is no dataset",
    setting: "data",
    got: isSplits ? "training, validation and test samples together" : typeof dataset,
    value: null,
    want: "a dataset, as createDataset, mnist or tableSplits make them",
    fix: isSplits ? "take one part: splits.test" : "arrays become one by createDataset or fromArrays",
  });
}

/** A logit for each class; two classes may share one. */
function classesOf(count: number, outputs: number) {
  return { count, what: "classes", each: "logit per class", fits: outputs >= count || (count === 2 && outputs === 1) };
}

function targetsOf(count: number, outputs: number) {
  const what = count === 1 ? "number to be predicted" : "numbers to be predicted";
  return { count, what, each: "number per target", fits: outputs === count };
}

/** @throws {SettingError} when there are classes to learn and numbers to validate on, or the other way round */
export function checkSameTask(training: Dataset, validation: Dataset): void {
  if (training.task === validation.task) return checkNames("train", namesOf(training), namesOf(validation));
  throw new SettingError({
    op: "train",
    problem: `the training samples are of ${training.task}, and the validation samples of ${validation.task}`,
    setting: "data.validation.task",
    value: validation.task,
    want: `"${training.task}"`,
  });
}

/** The classes or targets that a dataset speaks of. */
export function namesOf(dataset: Dataset): readonly string[] {
  return dataset.task === "classification" ? dataset.classNames : dataset.targetNames;
}

/**
 * The number of a class is its place in the list of names: other names would make other classes of the same numbers.
 *
 * @throws {SettingError} when two lists differ
 */
export function checkNames(op: string, learnt: readonly string[], given: readonly string[]): void {
  if (learnt.length === given.length && learnt.every((name, index) => name === given[index])) return;
  const listed = (names: readonly string[]) => names.slice(0, 12).join(", ") + (names.length > 12 ? ", …" : "");
  throw new SettingError({
    op,
    problem: "the samples speak of other classes or targets than the model",
    setting: "names",
    value: given,
    got: listed(given),
    want: listed(learnt),
    fix: "make one dataset and split it, so that all parts know the same names in the same order",
  });
}

/** Whether the model tells two classes apart by one number, the logit of class 1. */
export function isBinary({ outputShape }: Pick<Classifier, "outputShape">, dataset: Dataset): boolean {
  return dataset.task === "classification" && dataset.classNames.length === 2 && sizeOf(outputShape) === 1;
}

/**
 * A layer that cannot learn from the few samples of a last batch would end the training after a whole epoch.
 *
 * @throws {SettingError} when there is one, and the last batch is too small for it
 */
export function checkLastBatch({ architecture, layers }: Model, length: number, batchSize: number): void {
  const last = length % batchSize || batchSize;
  let shape = architecture.input;
  for (const [index, layer] of layers.entries()) {
    const smallest = layer.smallestBatch?.(shape) ?? 1;
    shape = layer.outputShape(shape);
    if (last >= smallest) continue;
    throw new SettingError({
      op: "train",
      problem: `the last batch of an epoch would have ${last} of ${length} samples`,
      setting: "batchSize",
      value: batchSize,
      want: `at least ${smallest} samples in every batch, for layer ${index} (${architecture.layers[index]?.type ?? "custom"})`,
      fix: `take batches of ${batchSize + 1}`,
    });
  }
}
