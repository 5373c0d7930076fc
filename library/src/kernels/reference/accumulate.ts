/**
 * y += scale·x, both read through their strides.
 *
 * This is the backward of everything that only moves or repeats numbers. What was repeated (read with stride 0) is
 * summed on the way back (written with stride 0), and what was summed is repeated: the two are each other's transpose.
 */
import type { Shape } from "#base";
import type { Floats } from "../floats.ts";
import { walk } from "../loops.ts";

export function accumulate(x: Floats, y: Floats, scale: number, shape: Shape, xStrides: Shape, yStrides: Shape): void {
  walk(shape, xStrides, yStrides, (_, atX, atY) => {
    y[atY] += scale * x[atX];
  });
}
