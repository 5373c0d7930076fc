/** y = x, held between two bounds. The slope is 1 inside and on the bounds, 0 outside. NaN stays NaN. */
import type { Floats } from "../floats.ts";

export function clip(x: Floats, y: Floats, minimum: number, maximum: number): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.min(Math.max(x[i], minimum), maximum);
}

/** dx += dy where minimum ≤ x ≤ maximum */
export function clipBackward(x: Floats, dy: Floats, dx: Floats, minimum: number, maximum: number): void {
  // an f32 that was clipped to 0.1 holds the f32 nearest to 0.1; it must count as on the bound
  const [low, high] = x instanceof Float32Array ? [Math.fround(minimum), Math.fround(maximum)] : [minimum, maximum];
  for (let i = 0; i < x.length; i++) if (low <= x[i] && x[i] <= high) dx[i] += dy[i];
}
