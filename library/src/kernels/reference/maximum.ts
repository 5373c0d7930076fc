/**
 * y[o, i] = max_r x[o, r, i], the largest along one axis of length `size`, and where it stood.
 *
 * Of equals the first counts, and it alone receives the gradient. A NaN counts as larger than all numbers, so that it
 * is not hidden.
 */
import type { Floats } from "../floats.ts";

export function maximum(x: Floats, y: Floats, indices: Floats, outer: number, size: number, inner: number): void {
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      let best = 0;
      let largest = x[o * size * inner + i];
      for (let r = 1; r < size; r++) {
        const value = x[(o * size + r) * inner + i];
        if (value > largest || (Number.isNaN(value) && !Number.isNaN(largest))) {
          largest = value;
          best = r;
        }
      }
      y[o * inner + i] = largest;
      indices[o * inner + i] = best;
    }
}

/** dx[o, indices[o, i], i] += dy[o, i] */
export function maximumBackward(
  indices: Floats,
  dy: Floats,
  dx: Floats,
  outer: number,
  size: number,
  inner: number,
): void {
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const at = o * inner + i;
      dx[(o * size + indices[at]) * inner + i] += dy[at];
    }
}
