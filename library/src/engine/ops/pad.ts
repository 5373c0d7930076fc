/**
 * An array with a margin: along each axis some places before it and some after it, all of one value. The margin is no
 * part of the input, so its gradients go nowhere.
 */
import { SettingError, ShapeError, stridesOf } from "#base";
import type { Shape } from "#base";
import { apply } from "../apply.ts";
import { makeLoops } from "../loops.ts";
import type { Op } from "../op.ts";
import type { SameRank } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

interface PadSettings {
  /** How many places come before x along each axis. */
  before: readonly number[];
  /** How many come after it. */
  after: readonly number[];
  /** What they hold. */
  value: number;
}

export const padOp: Op<PadSettings> = {
  name: "pad",
  callsKernels: true,
  shape([x], { before, after }) {
    if (before.length !== x.shape.length || after.length !== x.shape.length) {
      throw new ShapeError({
        op: "pad",
        problem: "there is not one margin before and one after for each axis",
        shapes: { x: x.shape, before, after },
        want: `${x.shape.length} numbers in each, 0 where nothing is added`,
      });
    }
    return x.shape.map((length, axis) => before[axis] + length + after[axis]);
  },
  forward(kernels, [x], y, { before, value }) {
    if (value !== 0) kernels.fill(y.data, value); // of zeros it is made
    const { shape, strides } = makeLoops("pad", x.shape, stridesOf(x.shape), stridesOf(y.shape));
    kernels.place(x.data, y.data.subarray(start(y.shape, before)), shape, strides[1]);
  },
  // each number of x is one number of y, whose gradient it receives
  backward(kernels, [x], y, dy, [dx], { before }) {
    if (!dx) return;
    const { shape, strides } = makeLoops("pad", x.shape, stridesOf(x.shape), stridesOf(y.shape));
    kernels.accumulate(dy.data.subarray(start(y.shape, before)), dx.data, 1, shape, strides[1], strides[0]);
  },
};

/** Where x's first number stands in y. */
function start(shape: Shape, before: readonly number[]): number {
  return stridesOf(shape).reduce((sum, stride, axis) => sum + before[axis] * stride, 0);
}

/**
 * x with a margin: `before[axis]` places ahead of it and `after[axis]` behind it, which hold `value`.
 *
 * @param options.value default 0
 * @throws {ShapeError} when there is not one margin before and one after for each axis
 * @throws {SettingError} when a margin is not a whole number of at least 0
 * @example
 * pad(engine.tensor([1, 2], [2]), { before: [1], after: [2] }).toArray(); // [0, 1, 2, 0, 0]
 */
export function pad<S extends Shape>(
  x: Tensor<S>,
  { before, after, value = 0 }: Omit<PadSettings, "value"> & { value?: number },
): Tensor<SameRank<S>> {
  for (const [setting, margins] of Object.entries({ before, after })) {
    if (margins.every((margin) => Number.isInteger(margin) && margin >= 0)) continue;
    throw new SettingError({
      op: "pad",
      problem: "a margin is no number of places",
      setting,
      value: margins,
      want: "a list of whole numbers of at least 0, one for each axis",
      fix: margins.some((margin) => margin < 0) ? "slice takes places away" : undefined,
    });
  }
  return apply(padOp, [x], { before, after, value });
}
