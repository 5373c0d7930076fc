/**
 * A quotient is read backwards from its own result: dy/db = −a/b² is −y/b, so a is not looked at again. As b nears 0
 * both slopes grow without bound, which is why divisors elsewhere carry an epsilon.
 */
import { broadcastShapes, stridesOf } from "#base";
import { apply } from "../apply.ts";
import { broadcastStrides, makeLoops } from "../loops.ts";
import type { Op } from "../op.ts";
import type { Broadcast, Broadcastable } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

/** Quotient, `y = a / b`, element by element, with broadcasting. */
export const divideOp: Op = {
  name: "divide",
  callsKernels: true,
  overwrites: true,
  shape: ([a, b]) => broadcastShapes("divide", a.shape, b.shape),
  forward(kernels, [a, b], y) {
    const loops = makeLoops("divide", y.shape, broadcastStrides(a.shape, y.shape), broadcastStrides(b.shape, y.shape));
    kernels.divide(a.data, b.data, y.data, loops.shape, loops.strides[0], loops.strides[1]);
  },
  // dy/da = 1 / b and dy/db = −a / b² = −y / b, summed over whatever was repeated
  backward(kernels, [a, b], y, dy, [da, db]) {
    const stridesA = broadcastStrides(a.shape, y.shape);
    const stridesB = broadcastStrides(b.shape, y.shape);
    const loops = makeLoops("divide", y.shape, stridesOf(y.shape), stridesA, stridesB);
    const [, walkA, walkB] = loops.strides;
    if (da) kernels.divideBackwardNumerator(dy.data, b.data, da.data, loops.shape, walkB, walkA);
    if (db) kernels.divideBackwardDenominator(dy.data, y.data, b.data, db.data, loops.shape, walkB, walkB);
  },
};

/** `y = a / b`, element by element, with broadcasting. @throws {ShapeError} when the shapes cannot meet */
export function divide<A extends readonly number[], B extends readonly number[]>(
  a: Tensor<A>,
  b: Tensor<B> & Broadcastable<A, B>,
): Tensor<Broadcast<A, B>> {
  return apply(divideOp, [a, b]);
}
