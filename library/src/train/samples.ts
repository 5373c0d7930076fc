/** Whether samples fit a model: looked at once, before any of them is touched. */
import { ShapeError, sizeOf } from "#base";
import type { Dataset } from "#data";
import type { Model } from "#nn";

/** @throws {ShapeError} when the samples have more or fewer numbers than the model's input */
export function checkSamples(op: string, { architecture }: Model, { inputShape }: Dataset): void {
  if (sizeOf(inputShape) === sizeOf(architecture.input)) return;
  throw new ShapeError({
    op,
    problem: `the samples have ${sizeOf(inputShape)} numbers each, and the model takes ${sizeOf(architecture.input)}`,
    shapes: { sample: inputShape, input: architecture.input },
    want: "samples of the architecture's input shape",
  });
}
