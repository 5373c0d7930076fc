import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Exponential, `y = eˣ`, the function that is its own derivative. Any shape; keeps it. */
export const expOp: Op = {
  name: "exp",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.exp(x.data, y.data);
  },
  // dy/dx = eˣ = y
  backward(kernels, _x, y, dy, [dx]) {
    if (dx) kernels.expBackward(y.data, dy.data, dx.data);
  },
};

/** Exponential, `y = eˣ`. Any shape; keeps it. */
export function exp<S extends readonly number[]>(x: Tensor<S>): Tensor<S> {
  return apply(expOp, [x]);
}
