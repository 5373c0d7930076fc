/**
 * The way back through `y = max(z + bias, 0)`, where z + bias was never kept: the sign of y tells where the ReLU let
 * something through. dy is masked where it lies, for nobody else will read it; dz is then the same array.
 */
import type { Floats } from "../floats.ts";

/** With `relu` (1): dy = 0 where y is not above 0. Then dbias[c] (+)= Σ dy, written over if it is `fresh` (1). */
export function biasReluBackward(
  y: Floats,
  dy: Floats,
  dbias: Floats | null,
  rows: number,
  channels: number,
  relu: number,
  fresh: number,
): void {
  if (relu) for (let i = 0; i < dy.length; i++) if (!(y[i] > 0)) dy[i] = 0;
  if (!dbias) return;
  if (fresh) dbias.fill(0);
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += dy[row * channels + c];
    dbias[c] += sum;
  }
}
