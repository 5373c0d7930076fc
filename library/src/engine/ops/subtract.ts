import { broadcastShapes, stridesOf } from "#base";
import { apply } from "../apply.ts";
import { broadcastStrides, makeLoops } from "../loops.ts";
import type { Op } from "../op.ts";
import type { Broadcast, Broadcastable } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

/** Difference, `y = a − b`, element by element, with broadcasting. */
export const subtractOp: Op = {
  name: "subtract",
  callsKernels: true,
  overwrites: true,
  shape: ([a, b]) => broadcastShapes("subtract", a.shape, b.shape),
  forward(kernels, [a, b], y) {
    const loops = makeLoops(
      "subtract",
      y.shape,
      broadcastStrides(a.shape, y.shape),
      broadcastStrides(b.shape, y.shape),
    );
    kernels.subtract(a.data, b.data, y.data, loops.shape, loops.strides[0], loops.strides[1]);
  },
  // dy/da = 1 and dy/db = −1, summed over whatever was repeated
  backward(kernels, inputs, y, dy, dxs) {
    for (const [index, dx] of dxs.entries()) {
      if (!dx) continue;
      const shape = inputs[index].shape;
      const loops = makeLoops("subtract", y.shape, stridesOf(y.shape), broadcastStrides(shape, y.shape));
      kernels.accumulate(dy.data, dx.data, index === 0 ? 1 : -1, loops.shape, loops.strides[0], loops.strides[1]);
    }
  },
};

/** `y = a − b`, with broadcasting. @throws {ShapeError} when the shapes cannot meet */
export function subtract<A extends readonly number[], B extends readonly number[]>(
  a: Tensor<A>,
  b: Tensor<B> & Broadcastable<A, B>,
): Tensor<Broadcast<A, B>> {
  return apply(subtractOp, [a, b]);
}
