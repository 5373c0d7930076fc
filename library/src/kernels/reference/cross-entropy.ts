/**
 * Cross-entropy: how surprised the probabilities p = softmax(logits) are by the right answer, in nats, for each row.
 *
 * `losses = −Σ_c t_c·ln p_c`, where `t = (1 − s)·onehot(label) + s/columns`
 *
 * With s = 0 that is −ln p of the right class; label smoothing s moves a little of the target to all classes.
 *
 * With z = logits − their largest and S = Σ e^z, ln p_c = z_c − ln S; and as Σ_c t_c = 1,
 *
 *   −Σ_c t_c·ln p_c = ln S − (1 − s)·z_label − s/columns · Σ_c z_c
 *
 * Nothing here overflows or becomes ln 0. The derivative is the reason why softmax and this loss belong together:
 *
 *   ∂(ln S)/∂z_c = e^{z_c}/S = p_c     so     ∂losses/∂logits_c = p_c − t_c
 *
 * This surplus of probability falls off along the way forward, and is all that the way back needs.
 */
import { exp, log } from "#base";
import type { Floats } from "../floats.ts";

export function crossEntropy(
  logits: Floats,
  labels: Floats,
  losses: Floats,
  surplus: Floats,
  rows: number,
  columns: number,
  smoothing: number,
): void {
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    let largest = -Infinity;
    for (let c = 0; c < columns; c++) largest = Math.max(largest, logits[first + c]);

    let sum = 0;
    let sumOfLogits = 0;
    for (let c = 0; c < columns; c++) {
      sum += exp(logits[first + c] - largest);
      sumOfLogits += logits[first + c] - largest;
    }
    for (let c = 0; c < columns; c++) {
      const target = (c === labels[row] ? 1 - smoothing : 0) + smoothing / columns;
      surplus[first + c] = exp(logits[first + c] - largest) / sum - target;
    }

    losses[row] = log(sum) - (1 - smoothing) * (logits[first + labels[row]] - largest);
    if (smoothing > 0) losses[row] -= (smoothing / columns) * sumOfLogits;
  }
}

/** dlogits += dloss/rows · surplus, for the mean over all rows; or dlogits = … where it is `fresh`. */
export function crossEntropyBackward(
  surplus: Floats,
  dloss: Floats,
  dlogits: Floats,
  rows: number,
  columns: number,
  fresh: boolean,
): void {
  for (let i = 0; i < rows * columns; i++) dlogits[i] = (fresh ? 0 : dlogits[i]) + (dloss[0] / rows) * surplus[i];
}
