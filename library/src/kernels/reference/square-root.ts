/** y = √x. `dy/dx = 1 / (2·√x) = 1 / (2·y)`: the output says it all. */
import type { Floats } from "../floats.ts";

export function squareRoot(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.sqrt(x[i]);
}

/** dx += dy / (2·y) */
export function squareRootBackward(y: Floats, dy: Floats, dx: Floats): void {
  for (let i = 0; i < y.length; i++) dx[i] += dy[i] / (2 * y[i]);
}
