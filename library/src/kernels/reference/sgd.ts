/**
 * One step of plain gradient descent.
 *
 * `w ← (1 − learningRate·weightDecay)·w − learningRate·g`
 *
 * The decay is decoupled: it shrinks the weight itself and never enters the gradient.
 */
import type { Floats } from "../floats.ts";

export function sgd(weight: Floats, gradient: Floats, learningRate: number, weightDecay: number): void {
  const keep = 1 - learningRate * weightDecay;
  for (let i = 0; i < weight.length; i++) weight[i] = keep * weight[i] - learningRate * gradient[i];
}
