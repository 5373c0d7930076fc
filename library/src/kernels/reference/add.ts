/** y = a + b, each read through its strides; y is contiguous. Its backward is `accumulate`, once for a and once for b. */
import type { Shape } from "#base";
import type { Floats } from "../floats.ts";
import { walk } from "../loops.ts";

export function add(a: Floats, b: Floats, y: Floats, shape: Shape, aStrides: Shape, bStrides: Shape): void {
  walk(shape, aStrides, bStrides, (i, atA, atB) => {
    y[i] = a[atA] + b[atB];
  });
}
