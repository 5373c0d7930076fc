/** y = max(x, 0). The slope is 1 where the output is positive and 0 elsewhere, also at exactly 0. NaN stays NaN. */
import type { Floats } from "../floats.ts";

export function relu(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.max(x[i], 0);
}

/** dx += dy where y > 0 */
export function reluBackward(y: Floats, dy: Floats, dx: Floats): void {
  for (let i = 0; i < y.length; i++) if (y[i] > 0) dx[i] += dy[i];
}
