/**
 * One step of gradient descent with momentum: the weights roll, and each gradient is a push.
 *
 * `v ← momentumFactor·v + g`
 * `w ← (1 − learningRate·weightDecay)·w − learningRate·v`
 *
 * Nesterov's form looks one roll ahead: `g + momentumFactor·v` takes the place of v in the second line.
 *
 * @see [Sutskever13]
 */
import type { Floats } from "../floats.ts";

export function momentum(
  weight: Floats,
  gradient: Floats,
  velocity: Floats,
  learningRate: number,
  momentumFactor: number,
  weightDecay: number,
  nesterov: number,
): void {
  const keep = 1 - learningRate * weightDecay;
  for (let i = 0; i < weight.length; i++) {
    velocity[i] = momentumFactor * velocity[i] + gradient[i];
    const push = nesterov ? gradient[i] + momentumFactor * velocity[i] : velocity[i];
    weight[i] = keep * weight[i] - learningRate * push;
  }
}
