import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Square root, `y = √x` for x ≥ 0, NaN below. Any shape; keeps it. */
export const squareRootOp: Op = {
  name: "squareRoot",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.squareRoot(x.data, y.data);
  },
  // dy/dx = 1 / (2·√x) = 1 / (2·y), infinite at 0
  backward(kernels, _x, y, dy, [dx]) {
    if (dx) kernels.squareRootBackward(y.data, dy.data, dx.data);
  },
};

/** Square root, `y = √x` for x ≥ 0, NaN below. Any shape; keeps it. */
export function squareRoot<S extends readonly number[]>(x: Tensor<S>): Tensor<S> {
  return apply(squareRootOp, [x]);
}
