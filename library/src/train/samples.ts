/** Whether samples fit a model: looked at once, before any of them is touched. */
import { SettingError, ShapeError, sizeOf } from "#base";
import type { ClassDataset } from "#data";
import type { Model } from "#nn";

/**
 * @throws {ShapeError} when the samples have more or fewer numbers than the model's input
 * @throws {SettingError} when the model has no logit for one of their classes
 */
export function checkSamples(op: string, { architecture, outputShape }: Model, dataset: ClassDataset): void {
  const { inputShape, classNames } = dataset;
  if (sizeOf(inputShape) !== sizeOf(architecture.input)) {
    throw new ShapeError({
      op,
      problem: `the samples have ${sizeOf(inputShape)} numbers each, and the model takes ${sizeOf(architecture.input)}`,
      shapes: { sample: inputShape, input: architecture.input },
      want: "samples of the architecture's input shape",
    });
  }
  const classes = classNames.length;
  if (outputShape.length === 1 && outputShape[0] >= classes) return;
  throw new SettingError({
    op,
    problem: `the model ends in ${JSON.stringify(outputShape)} numbers per sample, and the data have ${classes} classes`,
    setting: "architecture",
    value: outputShape,
    want: `one logit per class: [${classes}]`,
    fix: `let the last layer be { "type": "dense", "units": ${classes} }`,
  });
}
