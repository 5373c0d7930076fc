/**
 * One step of Adam: each weight moves by its own mean gradient over its own gradient's size.
 *
 * `m ← β₁·m + (1 − β₁)·g`
 * `v ← β₂·v + (1 − β₂)·g²`
 * `w ← (1 − learningRate·weightDecay)·w − learningRate · m̂ / (√v̂ + ε)`, where `m̂ = m/correction₁`, `v̂ = v/correction₂`
 *
 * m and v start at 0 and are too small at first; the corrections `1 − βᵗ` at step t = 1, 2, … make up for that. The decay
 * is decoupled (AdamW); with weightDecay 0 this is plain Adam.
 *
 * @see [Kingma15] algorithm 1; [Loshchilov19]
 */
import type { Floats } from "../floats.ts";

export function adam(
  weight: Floats,
  gradient: Floats,
  mean: Floats,
  variance: Floats,
  learningRate: number,
  beta1: number,
  beta2: number,
  epsilon: number,
  correction1: number,
  correction2: number,
  weightDecay: number,
): void {
  const keep = 1 - learningRate * weightDecay;
  const rate = learningRate / correction1;
  const rootScale = 1 / Math.sqrt(correction2); // √(v/c) = √v/√c
  for (let i = 0; i < weight.length; i++) {
    mean[i] = beta1 * mean[i] + (1 - beta1) * gradient[i];
    variance[i] = beta2 * variance[i] + (1 - beta2) * (gradient[i] * gradient[i]);
    weight[i] = keep * weight[i] - (rate * mean[i]) / (Math.sqrt(variance[i]) * rootScale + epsilon);
  }
}
