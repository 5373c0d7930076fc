/** y[o, i] = Σ_r x[o, r, i]: the sum along one axis of length `size`. Its backward is `accumulate`. */
import type { Floats } from "../floats.ts";

export function sum(x: Floats, y: Floats, outer: number, size: number, inner: number): void {
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      let total = 0;
      for (let r = 0; r < size; r++) total += x[(o * size + r) * inner + i];
      y[o * inner + i] = total;
    }
}
