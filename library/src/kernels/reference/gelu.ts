/**
 * y = x·Φ(x), where Φ(x) is the share of a standard normal distribution that lies below x.
 *
 * `Φ(x) = ½·(1 + erf(x/√2))`, whose slope is the bell curve `φ(x) = e^(−x²/2) / √(2π)`
 * `dy/dx = Φ(x) + x·φ(x)`
 *
 * Beyond ±40 Φ is 0 or 1 and φ is 0 in f64; holding x there keeps ∞·0 out.
 */
import { erf, exp } from "#base";
import type { Floats } from "../floats.ts";

const FAR = 40;
const BELL_TOP = 1 / Math.sqrt(2 * Math.PI);

export function gelu(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.max(x[i], -FAR) * shareBelow(x[i]);
}

/** dx += dy·(Φ(x) + x·φ(x)) */
export function geluBackward(x: Floats, dy: Floats, dx: Floats): void {
  for (let i = 0; i < x.length; i++) {
    const held = Math.min(Math.max(x[i], -FAR), FAR);
    dx[i] += dy[i] * (shareBelow(held) + held * (BELL_TOP * exp(-(held * held) / 2)));
  }
}

/** Φ(x) */
function shareBelow(x: number): number {
  return 0.5 * (1 + erf(x / Math.SQRT2));
}
