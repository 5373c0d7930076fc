/** y[o, i] = 1/size · Σ_r x[o, r, i]: the mean along one axis. Its backward is `accumulate` with scale 1/size. */
import type { Floats } from "../floats.ts";

export function mean(x: Floats, y: Floats, outer: number, size: number, inner: number): void {
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      let total = 0;
      for (let r = 0; r < size; r++) total += x[(o * size + r) * inner + i];
      y[o * inner + i] = total / size;
    }
}
