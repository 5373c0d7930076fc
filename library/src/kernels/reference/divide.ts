/**
 * y = a/b, element by element, each read through its strides; y is contiguous.
 *
 * `∂y/∂a = 1/b` and `∂y/∂b = −a/b² = −y/b`
 */
import type { Shape } from "#base";
import type { Floats } from "../floats.ts";
import { walk } from "../loops.ts";

export function divide(a: Floats, b: Floats, y: Floats, shape: Shape, aStrides: Shape, bStrides: Shape): void {
  walk(shape, aStrides, bStrides, (i, atA, atB) => {
    y[i] = a[atA] / b[atB];
  });
}

/** da += dy/b */
export function divideBackwardNumerator(
  dy: Floats,
  b: Floats,
  da: Floats,
  shape: Shape,
  bStrides: Shape,
  daStrides: Shape,
): void {
  walk(shape, bStrides, daStrides, (i, atB, atDa) => {
    da[atDa] += dy[i] / b[atB];
  });
}

/** db −= dy·y/b */
export function divideBackwardDenominator(
  dy: Floats,
  y: Floats,
  b: Floats,
  db: Floats,
  shape: Shape,
  bStrides: Shape,
  dbStrides: Shape,
): void {
  walk(shape, bStrides, dbStrides, (i, atB, atDb) => {
    db[atDb] -= (dy[i] * y[i]) / b[atB];
  });
}
