/**
 * Batch normalization: each channel is shifted to mean 0 and scaled to variance 1 over the rows of a batch, then given
 * a learned scale and shift.
 *
 * `y = scale·x̂ + shift`, where `x̂ = (x − μ)·r` and `r = 1/√(σ² + ε)`
 *
 * x is [rows, channels]; an image batch counts each pixel of each sample as a row. N = rows.
 *
 * The batch's own μ and σ² depend on every x, so a change of one x reaches all rows of its channel by three ways:
 *
 *   directly        dx̂ᵢ·r                                      with dx̂ = dy·scale
 *   through μ       −r·(1/N)·Σ dx̂
 *   through σ²      −r·x̂ᵢ·(1/N)·Σ dx̂·x̂                         since ∂σ²/∂xᵢ = 2·(xᵢ − μ)/N and ∂r/∂σ² = −r³/2
 *   together        dxᵢ = scale·r·(dyᵢ − Σdy/N − x̂ᵢ·Σ(dy·x̂)/N)
 *
 * In evaluation μ and σ² are kept numbers, not functions of x, and only the direct way is left: dx = scale·r·dy.
 *
 * Gradients are added to what they hold, or to 0 if they are `fresh` (1).
 *
 * @see [Ioffe15]
 */
import type { Floats } from "../floats.ts";

/** Also fills `mean` and the biased `variance` (divided by N) of the batch. */
export function batchNorm(
  x: Floats,
  scale: Floats,
  shift: Floats,
  y: Floats,
  mean: Floats,
  variance: Floats,
  rows: number,
  channels: number,
  epsilon: number,
): void {
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += x[row * channels + c];
    mean[c] = sum / rows;

    // two passes: the shortcut E[x²] − E[x]² loses every digit when the mean is large
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      const deviation = x[row * channels + c] - sum / rows;
      squares += deviation * deviation;
    }
    variance[c] = squares / rows;
  }
  batchNormEvaluation(x, scale, shift, mean, variance, y, rows, channels, epsilon);
}

/** dshift += Σ dy, dscale += Σ dy·x̂, dx += scale·r·(dy − Σdy/N − x̂·Σ(dy·x̂)/N) */
export function batchNormBackward(
  x: Floats,
  scale: Floats,
  mean: Floats,
  variance: Floats,
  dy: Floats,
  dx: Floats | null,
  dscale: Floats | null,
  dshift: Floats | null,
  rows: number,
  channels: number,
  epsilon: number,
  freshInput: number,
  freshScale: number,
  freshShift: number,
): void {
  if (freshInput) dx?.fill(0);
  if (freshScale) dscale?.fill(0);
  if (freshShift) dshift?.fill(0);
  for (let c = 0; c < channels; c++) {
    const r = 1 / Math.sqrt(variance[c] + epsilon);
    let sum = 0;
    let sumWithX = 0;
    for (let at = c; at < rows * channels; at += channels) {
      sum += dy[at];
      sumWithX += dy[at] * (x[at] - mean[c]) * r;
    }
    if (dscale) dscale[c] += sumWithX;
    if (dshift) dshift[c] += sum;
    if (!dx) continue;
    for (let at = c; at < rows * channels; at += channels) {
      const normalized = (x[at] - mean[c]) * r;
      dx[at] += scale[c] * r * (dy[at] - sum / rows - (normalized * sumWithX) / rows);
    }
  }
}

/** The same function of x with the mean and variance given. */
export function batchNormEvaluation(
  x: Floats,
  scale: Floats,
  shift: Floats,
  mean: Floats,
  variance: Floats,
  y: Floats,
  rows: number,
  channels: number,
  epsilon: number,
): void {
  for (let c = 0; c < channels; c++) {
    const r = 1 / Math.sqrt(variance[c] + epsilon);
    for (let at = c; at < rows * channels; at += channels) y[at] = (x[at] - mean[c]) * (r * scale[c]) + shift[c];
  }
}

/** dshift += Σ dy, dscale += Σ dy·x̂, dx += scale·r·dy */
export function batchNormEvaluationBackward(
  x: Floats,
  scale: Floats,
  mean: Floats,
  variance: Floats,
  dy: Floats,
  dx: Floats | null,
  dscale: Floats | null,
  dshift: Floats | null,
  rows: number,
  channels: number,
  epsilon: number,
  freshInput: number,
  freshScale: number,
  freshShift: number,
): void {
  if (freshInput) dx?.fill(0);
  if (freshScale) dscale?.fill(0);
  if (freshShift) dshift?.fill(0);
  for (let c = 0; c < channels; c++) {
    const r = 1 / Math.sqrt(variance[c] + epsilon);
    let sum = 0;
    let sumWithX = 0;
    for (let at = c; at < rows * channels; at += channels) {
      sum += dy[at];
      sumWithX += dy[at] * (x[at] - mean[c]) * r;
      if (dx) dx[at] += scale[c] * r * dy[at];
    }
    if (dscale) dscale[c] += sumWithX;
    if (dshift) dshift[c] += sum;
  }
}

/** The same with a ReLU behind it: y = max(scale·x̂ + shift, 0) */
export function batchNormRelu(
  x: Floats,
  scale: Floats,
  shift: Floats,
  y: Floats,
  mean: Floats,
  variance: Floats,
  rows: number,
  channels: number,
  epsilon: number,
): void {
  batchNorm(x, scale, shift, y, mean, variance, rows, channels, epsilon);
  for (let i = 0; i < y.length; i++) y[i] = Math.max(y[i], 0);
}

/** Where y is 0, the ReLU let nothing through, and dy does not count. */
export function batchNormReluBackward(
  x: Floats,
  scale: Floats,
  mean: Floats,
  variance: Floats,
  y: Floats,
  dy: Floats,
  dx: Floats | null,
  dscale: Floats | null,
  dshift: Floats | null,
  rows: number,
  channels: number,
  epsilon: number,
  ...fresh: [input: number, scale: number, shift: number]
): void {
  const passed = dy.map((value, i) => (y[i] > 0 ? value : 0));
  batchNormBackward(x, scale, mean, variance, passed, dx, dscale, dshift, rows, channels, epsilon, ...fresh);
}
