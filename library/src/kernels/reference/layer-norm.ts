/**
 * Layer normalization: each row is shifted to mean 0 and scaled to variance 1 by itself, then every column is given a
 * learned scale and shift.
 *
 * `y = scale·x̂ + shift`, where `x̂ = (x − μ)·r` and `r = 1/√(σ² + ε)`, with μ and σ² over the C columns of a row
 *
 * It is batch normalization (batch-norm.ts) turned by a quarter: a row stands for a channel, and with g = dy·scale the
 * same three ways lead from one x to the outputs of its row:
 *
 *   dxᵢ = r·(gᵢ − Σg/C − x̂ᵢ·Σ(g·x̂)/C)
 *
 * Scale and shift belong to columns, so their gradients are sums down the rows: a kernel of its own, for it is cut the
 * other way.
 *
 * @see [Ba16]
 */
import type { Floats } from "../floats.ts";

/** Also fills `mean` and the biased `variance` (divided by C) of each row. */
export function layerNorm(
  x: Floats,
  scale: Floats,
  shift: Floats,
  y: Floats,
  mean: Floats,
  variance: Floats,
  rows: number,
  columns: number,
  epsilon: number,
): void {
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += x[first + c];
    mean[row] = sum / columns;

    // two passes: the shortcut E[x²] − E[x]² loses every digit when the mean is large
    let squares = 0;
    for (let c = 0; c < columns; c++) {
      const deviation = x[first + c] - sum / columns;
      squares += deviation * deviation;
    }
    variance[row] = squares / columns;

    const r = 1 / Math.sqrt(variance[row] + epsilon);
    for (let c = 0; c < columns; c++) y[first + c] = (x[first + c] - mean[row]) * r * scale[c] + shift[c];
  }
}

/** dx += r·(g − Σg/C − x̂·Σ(g·x̂)/C), with g = dy·scale */
export function layerNormBackward(
  x: Floats,
  scale: Floats,
  mean: Floats,
  variance: Floats,
  dy: Floats,
  dx: Floats,
  rows: number,
  columns: number,
  epsilon: number,
): void {
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    const r = 1 / Math.sqrt(variance[row] + epsilon);
    let sum = 0;
    let sumWithX = 0;
    for (let c = 0; c < columns; c++) {
      const g = dy[first + c] * scale[c];
      sum += g;
      sumWithX += g * (x[first + c] - mean[row]) * r;
    }
    for (let c = 0; c < columns; c++) {
      const normalized = (x[first + c] - mean[row]) * r;
      dx[first + c] += r * (dy[first + c] * scale[c] - sum / columns - (normalized * sumWithX) / columns);
    }
  }
}

/** dscale += Σ dy·x̂ and dshift += Σ dy, down the rows */
export function layerNormBackwardParameters(
  x: Floats,
  mean: Floats,
  variance: Floats,
  dy: Floats,
  dscale: Floats | null,
  dshift: Floats | null,
  rows: number,
  columns: number,
  epsilon: number,
): void {
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    let sumWithX = 0;
    for (let row = 0; row < rows; row++) {
      const at = row * columns + c;
      sum += dy[at];
      sumWithX += (dy[at] * (x[at] - mean[row])) / Math.sqrt(variance[row] + epsilon);
    }
    if (dscale) dscale[c] += sumWithX;
    if (dshift) dshift[c] += sum;
  }
}
