import { SettingError } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Leaky rectifier, `y = x` above 0 and `y = slope·x` elsewhere: no unit is ever shut off for good. Any shape; keeps it. @see [Maas13] */
export const leakyReluOp: Op<{ slope: number }> = {
  name: "leakyRelu",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y, { slope }) {
    kernels.leakyRelu(x.data, y.data, slope);
  },
  // dy/dx = 1 where x > 0, else the slope
  backward(kernels, [x], _y, dy, [dx], { slope }) {
    if (dx) kernels.leakyReluBackward(x.data, dy.data, dx.data, slope);
  },
};

/**
 * `y = x` above 0 and `y = slope·x` elsewhere. Any shape; keeps it.
 *
 * @param options.slope of the part below 0; default 0.01
 * @throws {SettingError} when the slope is no finite number
 */
export function leakyRelu<S extends readonly number[]>(x: Tensor<S>, { slope = 0.01 } = {}): Tensor<S> {
  if (!Number.isFinite(slope)) {
    throw new SettingError({
      op: "leakyRelu",
      problem: "what is below 0 needs a slope",
      setting: "slope",
      value: slope,
      want: "a finite number, usually between 0 and 1",
    });
  }
  return apply(leakyReluOp, [x], { slope });
}
