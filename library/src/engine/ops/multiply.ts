/**
 * In a product each factor is the other one's slope: the gradient that reaches a is multiplied by b, and the other way
 * round. A factor near 0 therefore lets almost nothing through to its partner; that is how a gate closes.
 */
import { broadcastShapes, stridesOf } from "#base";
import { apply } from "../apply.ts";
import { broadcastStrides, makeLoops } from "../loops.ts";
import type { Op } from "../op.ts";
import type { Broadcast, Broadcastable } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

/** Product, `y = a · b`, element by element, with broadcasting. */
export const multiplyOp: Op = {
  name: "multiply",
  callsKernels: true,
  overwrites: true,
  shape: ([a, b]) => broadcastShapes("multiply", a.shape, b.shape),
  forward(kernels, [a, b], y) {
    const loops = makeLoops(
      "multiply",
      y.shape,
      broadcastStrides(a.shape, y.shape),
      broadcastStrides(b.shape, y.shape),
    );
    kernels.multiply(a.data, b.data, y.data, loops.shape, loops.strides[0], loops.strides[1]);
  },
  // dy/da = b and dy/db = a, summed over whatever was repeated
  backward(kernels, [a, b], y, dy, [da, db]) {
    const stridesA = broadcastStrides(a.shape, y.shape);
    const stridesB = broadcastStrides(b.shape, y.shape);
    const loops = makeLoops("multiply", y.shape, stridesOf(y.shape), stridesA, stridesB);
    const [, walkA, walkB] = loops.strides;
    if (da) kernels.multiplyBackward(dy.data, b.data, da.data, loops.shape, walkB, walkA);
    if (db) kernels.multiplyBackward(dy.data, a.data, db.data, loops.shape, walkA, walkB);
  },
};

/** `y = a · b`, element by element, with broadcasting. @throws {ShapeError} when the shapes cannot meet */
export function multiply<A extends readonly number[], B extends readonly number[]>(
  a: Tensor<A>,
  b: Tensor<B> & Broadcastable<A, B>,
): Tensor<Broadcast<A, B>> {
  return apply(multiplyOp, [a, b]);
}
