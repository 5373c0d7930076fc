import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Rectified linear unit, `y = max(x, 0)`. Any shape; keeps it. @see [Nair10] */
export const reluOp: Op = {
  name: "relu",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.relu(x.data, y.data);
  },
  // dy/dx = 1 where x > 0, else 0. The sign of y tells, so x need not be kept.
  backward(kernels, _x, y, dy, [dx]) {
    if (dx) kernels.reluBackward(y.data, dy.data, dx.data);
  },
};

/** Rectified linear unit, `y = max(x, 0)`. Any shape; keeps it. @see [Nair10] */
export function relu<S extends readonly number[]>(x: Tensor<S>): Tensor<S> {
  return apply(reluOp, [x]);
}
