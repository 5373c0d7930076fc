/**
 * Features: what a classifier has made of a sample by the time it has to answer. The numbers that its last layer is given,
 * and beside them ln p of every class, which say how near each answer is.
 */
import { sizeOf } from "#base";
import type { Shape } from "#base";
import { concat, logSoftmax, reshape } from "#engine";
import type { Tensor } from "#engine";
import type { Model } from "./model.ts";

/** How many there are of a sample. */
export function featureCount({ layers, architecture }: Pick<Model, "layers" | "architecture">): number {
  let [shape, before]: Shape[] = [architecture.input, architecture.input];
  for (const layer of layers) [before, shape] = [shape, layer.outputShape(shape)];
  return sizeOf(before) + sizeOf(shape);
}

/**
 * The features of a batch.
 *
 * Shapes: → [samples, featureCount]
 *
 * @param x           what the first layer was given
 * @param activations what every layer made of it
 */
export function featuresOf(x: Tensor, activations: readonly Tensor[]): Tensor {
  const before = activations.at(-2) ?? x;
  const results = activations.at(-1) as Tensor;
  return concat([flat(before), logSoftmax(flat(results))], { axis: 1 });
}

/** [samples, numbers] */
function flat(tensor: Tensor): Tensor {
  const [samples, ...shape] = tensor.shape;
  return reshape(tensor, [samples, sizeOf(shape)]);
}
