/** y = −x. Its backward is `accumulate` with scale −1. */
import type { Floats } from "../floats.ts";

export function negate(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) y[i] = -x[i];
}
