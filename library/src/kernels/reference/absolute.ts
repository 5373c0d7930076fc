/** y = |x|. The slope is the sign of x; at exactly 0, where there is a corner, it is taken as 0. */
import type { Floats } from "../floats.ts";

export function absolute(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.abs(x[i]);
}

/** dx += dy where x > 0, dx −= dy where x < 0 */
export function absoluteBackward(x: Floats, dy: Floats, dx: Floats): void {
  for (let i = 0; i < x.length; i++) {
    if (x[i] > 0) dx[i] += dy[i];
    if (x[i] < 0) dx[i] -= dy[i];
  }
}
