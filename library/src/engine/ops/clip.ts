import { SettingError } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Clipping, `y = min(max(x, minimum), maximum)`. Any shape; keeps it. */
export const clipOp: Op<{ minimum: number; maximum: number }> = {
  name: "clip",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y, { minimum, maximum }) {
    kernels.clip(x.data, y.data, minimum, maximum);
  },
  // dy/dx = 1 between the bounds and on them, 0 outside
  backward(kernels, [x], _y, dy, [dx], { minimum, maximum }) {
    if (dx) kernels.clipBackward(x.data, dy.data, dx.data, minimum, maximum);
  },
};

/**
 * `y = min(max(x, minimum), maximum)`.
 *
 * @throws {SettingError} when minimum is above maximum, or either is no number
 */
export function clip<S extends readonly number[]>(
  x: Tensor<S>,
  bounds: { minimum: number; maximum: number },
): Tensor<S> {
  if (!(bounds.minimum <= bounds.maximum)) {
    throw new SettingError({
      op: "clip",
      problem: `nothing lies between ${bounds.minimum} and ${bounds.maximum}`,
      setting: "bounds",
      value: bounds,
      want: "minimum ≤ maximum",
    });
  }
  return apply(clipOp, [x], bounds);
}
