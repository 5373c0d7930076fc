import { stridesOf } from "#base";
import { apply } from "../apply.ts";
import { makeLoops } from "../loops.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Negation, `y = −x`: what pulls x up pulls y down, by as much. Any shape; keeps it. */
export const negateOp: Op = {
  name: "negate",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.negate(x.data, y.data);
  },
  // dy/dx = −1
  backward(kernels, _x, y, dy, [dx]) {
    if (!dx) return;
    const walk = stridesOf(y.shape);
    const loops = makeLoops("negate", y.shape, walk, walk);
    kernels.accumulate(dy.data, dx.data, -1, loops.shape, loops.strides[0], loops.strides[1]);
  },
};

/** `y = −x`. */
export function negate<S extends readonly number[]>(x: Tensor<S>): Tensor<S> {
  return apply(negateOp, [x]);
}
