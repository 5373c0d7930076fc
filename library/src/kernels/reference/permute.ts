/** y = x in another order of axes: y is contiguous over `shape`, x is read through its strides. */
import type { Shape } from "#base";
import type { Floats } from "../floats.ts";
import { walk } from "../loops.ts";

export function permute(x: Floats, y: Floats, shape: Shape, xStrides: Shape): void {
  walk(shape, xStrides, xStrides, (i, atX) => {
    y[i] = x[atX];
  });
}
