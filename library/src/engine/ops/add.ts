/**
 * A sum hands its gradient on unchanged to both of its terms. What was repeated to fit (a bias, once for each row of a
 * batch) had a part in many outputs, and receives the sum of their gradients: broadcasting forward is adding up backward.
 */
import { broadcastShapes, stridesOf } from "#base";
import { apply } from "../apply.ts";
import { broadcastStrides, makeLoops } from "../loops.ts";
import type { Op } from "../op.ts";
import type { Broadcast, Broadcastable } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

/** Sum, `y = a + b`, element by element; either may be repeated along axes where its length is 1 (broadcasting). */
export const addOp: Op = {
  name: "add",
  callsKernels: true,
  overwrites: true,
  shape: ([a, b]) => broadcastShapes("add", a.shape, b.shape),
  forward(kernels, [a, b], y) {
    const loops = makeLoops("add", y.shape, broadcastStrides(a.shape, y.shape), broadcastStrides(b.shape, y.shape));
    kernels.add(a.data, b.data, y.data, loops.shape, loops.strides[0], loops.strides[1]);
  },
  // dy/da = dy/db = 1. An element that was repeated had a part in several outputs: their gradients add up.
  backward(kernels, inputs, y, dy, dxs) {
    for (const [index, dx] of dxs.entries()) {
      if (!dx) continue;
      const shape = inputs[index].shape;
      const loops = makeLoops("add", y.shape, stridesOf(y.shape), broadcastStrides(shape, y.shape));
      kernels.accumulate(dy.data, dx.data, 1, loops.shape, loops.strides[0], loops.strides[1]);
    }
  },
};

/** `y = a + b`, with broadcasting. @throws {ShapeError} when the shapes cannot meet */
export function add<A extends readonly number[], B extends readonly number[]>(
  a: Tensor<A>,
  b: Tensor<B> & Broadcastable<A, B>,
): Tensor<Broadcast<A, B>> {
  return apply(addOp, [a, b]);
}
