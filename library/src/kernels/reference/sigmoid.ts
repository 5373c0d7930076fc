/**
 * y = 1 / (1 + e⁻ˣ), which squeezes any number into 0…1.
 *
 * `dy/dx = e⁻ˣ / (1 + e⁻ˣ)² = y·(1 − y)`
 */
import { exp } from "#base";
import type { Floats } from "../floats.ts";

export function sigmoid(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) {
    const e = exp(-Math.abs(x[i])); // never above 1, so it cannot overflow
    y[i] = x[i] < 0 ? e / (1 + e) : 1 / (1 + e);
  }
}

/** dx += dy·y·(1 − y) */
export function sigmoidBackward(y: Floats, dy: Floats, dx: Floats): void {
  for (let i = 0; i < y.length; i++) dx[i] += dy[i] * (y[i] * (1 - y[i]));
}
