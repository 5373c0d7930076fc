/**
 * Dropout: in training each number is put out with probability `rate`, and the survivors are scaled up by
 * 1 / (1 − rate), so that the expected sum stays what it is. No unit can rely on one particular neighbour.
 *
 * Which numbers go is not drawn but computed, from (key, step, element): any thread can tell for any element.
 *
 * @see [Srivastava14]
 */
import { SettingError } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export interface DropoutSettings {
  /** The part that is put out, 0 to below 1. */
  rate: number;
  /** The stream's two words: `rng.stream("dropout").key`. */
  key: readonly [number, number];
  /** The number of the training step. */
  step: number;
}

export const dropoutOp: Op<DropoutSettings> = {
  name: "dropout",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape: ([x]) => x.shape,
  atStep: (settings, step) => ({ ...settings, step }),
  // the mask m of 0 and 1 / (1 − rate)
  saved: ([x]) => [x.shape],
  forward(kernels, [x], y, { rate, key, step }, [mask]) {
    kernels.dropout(x.data, y.data, mask.data, rate, key[0], key[1], step);
  },
  // y = x·m, so dy/dx = m
  backward(kernels, _x, _y, dy, [dx], _settings, [mask]) {
    if (dx) kernels.dropoutBackward(dy.data, mask.data, dx.data, dx.fresh === true);
  },
};

/** Puts out a part of x and scales up the rest. @throws {SettingError} when rate is not in [0, 1) */
export function dropout<S extends readonly number[]>(x: Tensor<S>, settings: DropoutSettings): Tensor<S> {
  if (!(settings.rate >= 0 && settings.rate < 1)) {
    throw new SettingError({
      op: "dropout",
      problem: "the rate is the part that is put out",
      setting: "rate",
      value: settings.rate,
      want: "a number from 0 to below 1",
    });
  }
  return apply(dropoutOp, [x], settings);
}
