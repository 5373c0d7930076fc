import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Natural logarithm, `y = ln x` for x > 0; −∞ at 0 and NaN below. Any shape; keeps it. */
export const logOp: Op = {
  name: "log",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.log(x.data, y.data);
  },
  // dy/dx = 1 / x
  backward(kernels, [x], _y, dy, [dx]) {
    if (dx) kernels.logBackward(x.data, dy.data, dx.data);
  },
};

/** Natural logarithm, `y = ln x` for x > 0; −∞ at 0 and NaN below. Any shape; keeps it. */
export function log<S extends readonly number[]>(x: Tensor<S>): Tensor<S> {
  return apply(logOp, [x]);
}
