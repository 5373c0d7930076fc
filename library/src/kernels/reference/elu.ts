/**
 * y = x above 0, α·(eˣ − 1) elsewhere: the exponential linear unit, which levels off at −α.
 *
 * With t = tanh(x/2), `eˣ − 1 = 2t / (1 − t)`; near 0 the difference itself would lose its digits.
 *
 * `dy/dx = α·eˣ = y + α` below 0, where α ≥ 0 gives y the sign of x
 */
import { tanh } from "#base";
import type { Floats } from "../floats.ts";

export function elu(x: Floats, y: Floats, alpha: number): void {
  for (let i = 0; i < x.length; i++) {
    const t = tanh(x[i] / 2);
    y[i] = x[i] > 0 ? x[i] : (alpha * (2 * t)) / (1 - t);
  }
}

/** dx += dy where y > 0, dx += dy·(y + α) elsewhere */
export function eluBackward(y: Floats, dy: Floats, dx: Floats, alpha: number): void {
  for (let i = 0; i < y.length; i++) dx[i] += y[i] > 0 ? dy[i] : dy[i] * (y[i] + alpha);
}
