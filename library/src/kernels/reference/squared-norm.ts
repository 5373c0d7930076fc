/** y[0] += Σ x²: called once per parameter, it gathers the squared length of the whole gradient. */
import type { Floats } from "../floats.ts";

export function squaredNorm(x: Floats, y: Floats): void {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  y[0] += sum;
}
