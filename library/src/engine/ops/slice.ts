/**
 * A part of an array: along each axis what lies from `begin` to before `end`. What is cut away had no part in the
 * result, so its gradient is 0.
 */
import { SettingError, ShapeError, stridesOf } from "#base";
import type { Shape } from "#base";
import { apply } from "../apply.ts";
import { makeLoops } from "../loops.ts";
import type { Op } from "../op.ts";
import type { SameRank } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

export interface SliceSettings {
  /** The first place along each axis; below 0 it counts from the end. */
  begin: readonly number[];
  /** The place after the last one along each axis; below 0 it counts from the end. */
  end: readonly number[];
}

export const sliceOp: Op<SliceSettings> = {
  name: "slice",
  callsKernels: true,
  overwrites: true,
  shape: ([x], settings) => bounds(x.shape, settings).map(([begin, end]) => end - begin),
  forward(kernels, [x], y, settings) {
    const { shape, strides } = makeLoops("slice", y.shape, stridesOf(y.shape), stridesOf(x.shape));
    kernels.permute(x.data.subarray(start(x.shape, settings)), y.data, shape, strides[1]);
  },
  // each number of y is one number of x: its gradient goes back to where it came from
  backward(kernels, [x], y, dy, [dx], settings) {
    if (!dx) return;
    const { shape, strides } = makeLoops("slice", y.shape, stridesOf(y.shape), stridesOf(x.shape));
    const part = dx.data.subarray(start(x.shape, settings));
    kernels.accumulate(dy.data, part, 1, shape, strides[0], strides[1]);
  },
};

/** Where the part's first number stands. */
function start(shape: Shape, settings: SliceSettings): number {
  const strides = stridesOf(shape);
  return bounds(shape, settings).reduce((sum, [begin], axis) => sum + begin * strides[axis], 0);
}

/** Begin and end along each axis, counted from the front; checked. */
function bounds(shape: Shape, { begin, end }: SliceSettings): [begin: number, end: number][] {
  if (begin.length !== shape.length || end.length !== shape.length) {
    throw new ShapeError({
      op: "slice",
      problem: "there is not one begin and one end for each axis",
      shapes: { x: shape, begin, end },
      want: `${shape.length} numbers in each`,
    });
  }
  return shape.map((length, axis) => {
    const [first, after] = [begin[axis], end[axis]].map((place) => (place < 0 ? place + length : place));
    if (!(first >= 0 && first < after && after <= length)) {
      throw new ShapeError({
        op: "slice",
        problem: `from ${begin[axis]} to before ${end[axis]} is no part of axis ${axis}, which has the length ${length}`,
        shapes: { x: shape, begin, end },
        want: "0 ≤ begin < end ≤ length along each axis; below 0 a place counts from the end",
      });
    }
    return [first, after];
  });
}

/**
 * The part of x from `begin` to before `end` along each axis; places below 0 count from the end, as in Array.slice. Unlike
 * there, a place beyond the ends is refused.
 *
 * @throws {ShapeError} when there is not one begin and one end for each axis, or nothing lies between them
 * @throws {SettingError} when one of them is no whole number
 * @example
 * const pictures = engine.zeros([32, 28, 28, 1]);
 * slice(pictures, { begin: [0, 2, 2, 0], end: [32, -2, -2, 1] }).shape; // [32, 24, 24, 1]: without a border of two pixels
 */
export function slice<S extends Shape>(x: Tensor<S>, { begin, end }: SliceSettings): Tensor<SameRank<S>> {
  for (const [setting, value] of Object.entries({ begin, end })) {
    if (value.every(Number.isInteger)) continue;
    throw new SettingError({
      op: "slice",
      problem: "a place along an axis is no whole number",
      setting,
      value,
      want: "a list of whole numbers, one for each axis",
    });
  }
  return apply(sliceOp, [x], { begin, end });
}
