/** y = tanh x, which squeezes any number into −1…1. `dy/dx = 1 − y²` */
import { tanh as hyperbolicTangent } from "#base";
import type { Floats } from "../floats.ts";

export function tanh(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) y[i] = hyperbolicTangent(x[i]);
}

/** dx += dy·(1 − y²) */
export function tanhBackward(y: Floats, dy: Floats, dx: Floats): void {
  for (let i = 0; i < y.length; i++) dx[i] += dy[i] * (1 - y[i] * y[i]);
}
