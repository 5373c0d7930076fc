/** Layers in a row, as a model has them and as a residual block has them within. */
import type { Shape } from "#base";
import type { Parameter, Tensor } from "#engine";
import type { Layer, Pass } from "./layer.ts";

/** The shape of a sample after all layers. */
export function outputShapeOf(layers: readonly Layer[], inputShape: Shape): Shape {
  return layers.reduce((shape, layer) => layer.outputShape(shape), inputShape);
}

/** The results of all layers, first to last. Each has a random stream of its own. */
export function resultsOf(layers: readonly Layer[], x: Tensor, { training, rng, step }: Pass): Tensor[] {
  let value = x;
  return layers.map((layer, index) => {
    const own = training ? (rng?.stream(index) ?? null) : null;
    return (value = layer.forward(value, { training, rng: own, step }));
  });
}

/** The parameters of all layers by place and name: "0.weight". */
export function parametersOf(layers: readonly Layer[]): [string, Parameter][] {
  return layers.flatMap(({ parameters }, index) => named(index, parameters));
}

/** The running statistics of all layers by place and name: "1.mean". */
export function statisticsOf(layers: readonly Layer[]): [string, Tensor][] {
  return layers.flatMap(({ statistics }, index) => named(index, statistics));
}

/** Values by name, with a place ahead of each. */
export function named<T>(place: number | string, values: Readonly<Record<string, T>> = {}): [string, T][] {
  return Object.entries(values).map(([name, value]) => [`${place}.${name}`, value]);
}

/** The fewest samples that all of the layers can learn from at a time. */
export function smallestBatchOf(layers: readonly Layer[], inputShape: Shape): number {
  let shape = inputShape;
  return layers.reduce((smallest, layer) => {
    const own = layer.smallestBatch?.(shape) ?? 1;
    shape = layer.outputShape(shape);
    return Math.max(smallest, own);
  }, 1);
}

/** Floating-point operations of one sample's forward pass through all layers. */
export function flopsOf(layers: readonly Layer[], inputShape: Shape): number {
  let shape = inputShape;
  return layers.reduce((sum, layer) => {
    const own = layer.flops?.(shape) ?? 0;
    shape = layer.outputShape(shape);
    return sum + own;
  }, 0);
}
