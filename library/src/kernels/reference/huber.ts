/**
 * `loss = 1/n · Σ h(x − t)`, the mean over all n elements, where
 *
 *   h(d) = ½·d²              for |d| ≤ δ, near the target: a parabola
 *   h(d) = δ·(|d| − ½·δ)     beyond: a straight line, so that one wild target does not rule all others
 *
 * Value and slope of the two meet at ±δ: `h' = d` inside and ±δ outside, which is d held between −δ and δ. ∂loss/∂t is
 * the same with the sign turned: swap the two to get it.
 *
 * @see [Huber64]
 */
import type { Floats } from "../floats.ts";

export function huber(x: Floats, targets: Floats, loss: Floats, delta: number): void {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i] - targets[i]);
    sum += size <= delta ? 0.5 * size * size : delta * (size - 0.5 * delta);
  }
  loss[0] = sum / x.length;
}

/** dx += dloss·min(max(x − t, −δ), δ)/n */
export function huberBackward(x: Floats, targets: Floats, dloss: Floats, dx: Floats, delta: number): void {
  const scale = dloss[0] / x.length;
  for (let i = 0; i < x.length; i++) dx[i] += scale * Math.min(Math.max(x[i] - targets[i], -delta), delta);
}
