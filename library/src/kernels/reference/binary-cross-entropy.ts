/**
 * Cross-entropy of yes or no: how surprised the probability p = 1/(1 + e⁻ˣ) of a yes is by what was right, in nats, mean
 * over all n elements.
 *
 * `loss = −1/n · Σ (t·ln p + (1 − t)·ln(1 − p))`, where `t = (1 − s)·target + s/2`
 *
 * Label smoothing s moves a little of the target to the other answer. With −ln p = ln(1 + e⁻ˣ) and
 * −ln(1 − p) = x + ln(1 + e⁻ˣ) the sum is x·(1 − t) + ln(1 + e⁻ˣ), and in a form in which no exponential overflows:
 *
 *   max(x, 0) − x·t + ln(1 + e^−|x|)
 *
 * The derivative is as simple as with softmax: dx = dloss · (p − t) / n.
 */
import { exp, log } from "#base";
import type { Floats } from "../floats.ts";

export function binaryCrossEntropy(logits: Floats, targets: Floats, loss: Floats, smoothing: number): void {
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    const x = logits[i];
    const target = (1 - smoothing) * targets[i] + smoothing / 2;
    total += Math.max(x, 0) - x * target + log(1 + exp(-Math.abs(x)));
  }
  loss[0] = total / logits.length;
}

/** dlogits += dloss·(p − t) / n */
export function binaryCrossEntropyBackward(
  logits: Floats,
  targets: Floats,
  dloss: Floats,
  dlogits: Floats,
  smoothing: number,
): void {
  for (let i = 0; i < logits.length; i++) {
    const e = exp(-Math.abs(logits[i])); // never above 1, so it cannot overflow
    const p = logits[i] < 0 ? e / (1 + e) : 1 / (1 + e);
    const target = (1 - smoothing) * targets[i] + smoothing / 2;
    dlogits[i] += (dloss[0] / logits.length) * (p - target);
  }
}
