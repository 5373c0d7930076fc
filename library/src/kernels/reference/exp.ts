/** y = eˣ, the function that is its own slope: `dy/dx = eˣ = y`. */
import { exp as e } from "#base";
import type { Floats } from "../floats.ts";

export function exp(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) y[i] = e(x[i]);
}

/** dx += dy·y */
export function expBackward(y: Floats, dy: Floats, dx: Floats): void {
  for (let i = 0; i < y.length; i++) dx[i] += dy[i] * y[i];
}
