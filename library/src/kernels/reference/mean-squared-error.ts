/**
 * `loss = 1/n · Σ (x − t)²`, the mean over all n elements.
 *
 * `∂loss/∂x = 2·(x − t)/n`, and ∂loss/∂t is the same with the sign turned: swap the two to get it.
 */
import type { Floats } from "../floats.ts";

export function meanSquaredError(x: Floats, targets: Floats, loss: Floats): void {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const error = x[i] - targets[i];
    sum += error * error;
  }
  loss[0] = sum / x.length;
}

/** dx += dloss·2·(x − t)/n */
export function meanSquaredErrorBackward(x: Floats, targets: Floats, dloss: Floats, dx: Floats): void {
  const scale = (2 * dloss[0]) / x.length;
  for (let i = 0; i < x.length; i++) dx[i] += scale * (x[i] - targets[i]);
}
