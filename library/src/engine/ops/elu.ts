import { SettingError } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Exponential linear unit, `y = x` above 0 and `y = α·(eˣ − 1)` elsewhere: smooth, and never below −α. Any shape; keeps it. @see [Clevert16] */
export const eluOp: Op<{ alpha: number }> = {
  name: "elu",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y, { alpha }) {
    kernels.elu(x.data, y.data, alpha);
  },
  // dy/dx = 1 where x > 0, else α·eˣ = y + α. With α ≥ 0 the sign of y tells, so x need not be kept.
  backward(kernels, _x, y, dy, [dx], { alpha }) {
    if (dx) kernels.eluBackward(y.data, dy.data, dx.data, alpha);
  },
};

/**
 * `y = x` above 0 and `y = α·(eˣ − 1)` elsewhere. Any shape; keeps it.
 *
 * @param options.alpha where the part below 0 levels off, at −α; default 1, at which the slope has no step at 0
 * @throws {SettingError} when α is negative or not finite
 */
export function elu<S extends readonly number[]>(x: Tensor<S>, { alpha = 1 } = {}): Tensor<S> {
  if (!(alpha >= 0 && alpha < Infinity)) {
    throw new SettingError({
      op: "elu",
      problem: "the unit levels off at −alpha, which lies below 0",
      setting: "alpha",
      value: alpha,
      want: "a number of at least 0",
    });
  }
  return apply(eluOp, [x], { alpha });
}
