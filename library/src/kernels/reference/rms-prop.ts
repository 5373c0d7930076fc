/**
 * One step of RMSProp: each gradient is divided by the size of late of its own kind, then pushes a velocity.
 *
 * `v ← decay·v + (1 − decay)·g²`
 * `u ← momentumFactor·u + g / (√v + ε)`
 * `w ← (1 − learningRate·weightDecay)·w − learningRate·u`
 *
 * @see [Tieleman12]
 */
import type { Floats } from "../floats.ts";

export function rmsProp(
  weight: Floats,
  gradient: Floats,
  meanSquare: Floats,
  velocity: Floats,
  learningRate: number,
  decay: number,
  epsilon: number,
  momentumFactor: number,
  weightDecay: number,
): void {
  const keep = 1 - learningRate * weightDecay;
  for (let i = 0; i < weight.length; i++) {
    meanSquare[i] = decay * meanSquare[i] + (1 - decay) * (gradient[i] * gradient[i]);
    velocity[i] = momentumFactor * velocity[i] + gradient[i] / (Math.sqrt(meanSquare[i]) + epsilon);
    weight[i] = keep * weight[i] - learningRate * velocity[i];
  }
}
