/**
 * y = a·b, element by element, each read through its strides; y is contiguous.
 *
 * `∂y/∂a = b` and `∂y/∂b = a`: one backward serves both, with the other factor handed in.
 */
import type { Shape } from "#base";
import type { Floats } from "../floats.ts";
import { walk } from "../loops.ts";

export function multiply(a: Floats, b: Floats, y: Floats, shape: Shape, aStrides: Shape, bStrides: Shape): void {
  walk(shape, aStrides, bStrides, (i, atA, atB) => {
    y[i] = a[atA] * b[atB];
  });
}

/** dx += dy·other. Where dx was repeated in the forward pass its stride is 0, and the sum over its uses forms by itself. */
export function multiplyBackward(
  dy: Floats,
  other: Floats,
  dx: Floats,
  shape: Shape,
  otherStrides: Shape,
  dxStrides: Shape,
): void {
  walk(shape, otherStrides, dxStrides, (i, atOther, atDx) => {
    dx[atDx] += dy[i] * other[atOther];
  });
}
