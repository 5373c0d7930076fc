/**
 * Features: what a classifier has made of a sample by the time it has to answer. The numbers that its last layer is given;
 * beside them ln p of every class, which say how near each answer is; and where another dense layer goes ahead, what that
 * one is given, for each dense layer leaves out more of what does not help to answer.
 */
import { sizeOf } from "#base";
import type { Shape } from "#base";
import { concat, logSoftmax, reshape } from "#engine";
import type { Tensor } from "#engine";
import type { Layer } from "./layer.ts";
import { Dense } from "./layers/dense.ts";
import type { Model } from "./model.ts";

/** How many there are of a sample. */
export function featureCount({ layers, architecture }: Pick<Model, "layers" | "architecture">): number {
  const shapes: Shape[] = [architecture.input];
  for (const layer of layers) shapes.push(layer.outputShape(shapes[shapes.length - 1]));
  return [...lookedInto(layers), layers.length].reduce((count, at) => count + sizeOf(shapes[at]), 0);
}

/** The layers of which is known what they are given: the last one, and the dense one ahead of it, if there is one. */
function lookedInto(layers: readonly Layer[]): number[] {
  const last = layers.length - 1;
  const dense = layers.findLastIndex((layer, at) => at < last && layer instanceof Dense);
  return dense === -1 ? [last] : [dense, last];
}

/**
 * The features of a batch.
 *
 * Shapes: → [samples, featureCount]
 *
 * @param x what the first layer is given
 */
export function featuresOf(model: Pick<Model, "layers">, x: Tensor, activations: readonly Tensor[]): Tensor {
  const given = lookedInto(model.layers).map((at) => flat(activations[at - 1] ?? x));
  const results = activations.at(-1) as Tensor;
  return concat([...given, logSoftmax(flat(results))], { axis: 1 });
}

/** [samples, numbers] */
function flat(tensor: Tensor): Tensor {
  const [samples, ...shape] = tensor.shape;
  return reshape(tensor, [samples, sizeOf(shape)]);
}
