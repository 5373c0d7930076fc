/**
 * How strided kernels walk: at most four nested loops, each with a stride for every array.
 *
 * Broadcasting is a stride of 0: the same element is read again. Neighbouring axes that lie one after the other in all
 * arrays are merged first, so that most walks become one long loop.
 */
import { ShapeError, stridesOf } from "#base";
import type { Shape } from "#base";

const AXES = 4;

export interface Loops {
  /** Exactly four lengths, outermost first. */
  readonly shape: readonly number[];
  /** For each array, exactly four strides in elements. */
  readonly strides: readonly (readonly number[])[];
}

/** Strides that read an array of shape `from` as if it had the shape `to`: 0 along axes where it is repeated. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const own = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((length, axis) => (axis < missing || from[axis - missing] !== length ? 0 : own[axis - missing]));
}

/** Merges axes and pads to four loops. */
export function makeLoops(op: string, shape: Shape, ...strides: readonly (readonly number[])[]): Loops {
  const lengths: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    const last = lengths.length - 1;
    // the axis before is merged with this one when, in every array, its stride steps over exactly this axis
    if (last >= 0 && strides.every((own, array) => merged[array][last] === own[axis] * length)) {
      lengths[last] *= length;
      for (const [array, own] of strides.entries()) merged[array][last] = own[axis];
    } else {
      lengths.push(length);
      for (const [array, own] of strides.entries()) merged[array].push(own[axis]);
    }
  }
  if (lengths.length > AXES) {
    throw new ShapeError({
      op,
      problem: `the walk needs ${lengths.length} nested loops, and there are ${AXES}`,
      shapes: { shape },
      fix: "reshape so that neighbouring axes are one, or do it in two operations",
    });
  }
  const padding = AXES - lengths.length;
  return {
    shape: [...Array.from({ length: padding }, () => 1), ...lengths],
    strides: merged.map((own) => [...Array.from({ length: padding }, () => 0), ...own]),
  };
}
