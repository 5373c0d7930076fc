import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Absolute value, `y = |x|`: its slope says only on which side of 0 x lies, never how far. Any shape; keeps it.
 */
export const absoluteOp: Op = {
  name: "absolute",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.absolute(x.data, y.data);
  },
  // dy/dx = 1 where x > 0, −1 where x < 0; at the kink itself we take 0
  backward(kernels, [x], _y, dy, [dx]) {
    if (dx) kernels.absoluteBackward(x.data, dy.data, dx.data);
  },
};

/** Absolute value, `y = |x|`. Any shape; keeps it. */
export function absolute<S extends readonly number[]>(x: Tensor<S>): Tensor<S> {
  return apply(absoluteOp, [x]);
}
