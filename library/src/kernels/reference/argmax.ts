/** y[o, i] = the r at which x[o, r, i] is largest: the first of equals, the first NaN if there is one. It has no slope. */
import type { Floats } from "../floats.ts";

export function argmax(x: Floats, y: Floats, outer: number, size: number, inner: number): void {
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
      y[o * inner + i] = best;
    }
}
