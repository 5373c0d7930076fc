import type { Floats } from "../floats.ts";

/** y[o, i] = Σ_r x[o, r, i] / size: the mean along the middle axis of x (outer, size, inner). */
export function mean(x: Floats, y: Floats, outer: number, size: number, inner: number): void {
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      let sum = 0;
      for (let r = 0; r < size; r++) sum += x[(o * size + r) * inner + i];
      y[o * inner + i] = sum / size;
    }
}
