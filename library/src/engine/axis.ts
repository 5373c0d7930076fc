/**
 * An axis splits an array into what lies outside it, the axis itself, and what lies inside:
 * [2, 3, 4] along axis 1 is 2 blocks of 3 rows of 4 numbers.
 */
import { ShapeError, sizeOf } from "#base";
import type { Shape } from "#base";

/** [outer, size, inner] around `axis`. */
export function aroundAxis(op: string, shape: Shape, axis: number): [outer: number, size: number, inner: number] {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) {
    throw new ShapeError({
      op,
      problem: `there is no axis ${axis}`,
      shapes: { x: shape },
      want: shape.length === 0 ? "an array with an axis" : `an axis from 0 to ${shape.length - 1}`,
    });
  }
  return [sizeOf(shape.slice(0, axis)), shape[axis], sizeOf(shape.slice(axis + 1))];
}

/** The array as rows along its last axis: [rows, columns]. */
export function lastAxis(shape: Shape): [rows: number, columns: number] {
  return [sizeOf(shape.slice(0, -1)), shape[shape.length - 1] ?? 1];
}
