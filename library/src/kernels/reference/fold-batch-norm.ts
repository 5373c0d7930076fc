/**
 * In evaluation a batch norm behind a product with weights is a part of it:
 *
 *   scale·r·(x·w + b − μ) + shift = x·w' + b'   with w' = w·scale·r and b' = shift + (b − μ)·scale·r
 *
 * weight [rows, channels]; a bias of null is 0.
 */
import type { Floats } from "../floats.ts";

export function foldBatchNorm(
  weight: Floats,
  bias: Floats | null,
  scale: Floats,
  shift: Floats,
  mean: Floats,
  variance: Floats,
  foldedWeight: Floats,
  foldedBias: Floats,
  rows: number,
  channels: number,
  epsilon: number,
): void {
  for (let c = 0; c < channels; c++) {
    const factor = scale[c] / Math.sqrt(variance[c] + epsilon);
    foldedBias[c] = shift[c] + ((bias ? bias[c] : 0) - mean[c]) * factor;
    for (let row = 0; row < rows; row++) foldedWeight[row * channels + c] = weight[row * channels + c] * factor;
  }
}
