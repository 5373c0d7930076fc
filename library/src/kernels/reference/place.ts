/**
 * y, through its strides, = x: permute the other way round. x is contiguous over `shape`, and what lies between the
 * strides of y stays as it is; so a part is put into a larger whole.
 */
import type { Shape } from "#base";
import type { Floats } from "../floats.ts";
import { walk } from "../loops.ts";

/** No two numbers may fall on one y: no stride along an axis longer than 1 is 0. */
export function place(x: Floats, y: Floats, shape: Shape, yStrides: Shape): void {
  walk(shape, yStrides, yStrides, (i, atY) => {
    y[atY] = x[i];
  });
}
