/**
 * A dense layer on rows of which only the numbers that are not 0 are known; the lists are those of non-zeros.ts.
 *
 * x·0 adds nothing, so the sums are those of the full product, in the same order.
 */
import type { Floats } from "../floats.ts";

/** y = x·w + b, then max(y, 0) where `relu` asks for it. x (rows, columns) as lists, w (columns, units), b (units). */
export function sparseDense(
  positions: Floats,
  values: Floats,
  counts: Floats,
  weight: Floats,
  bias: Floats | null,
  y: Floats,
  rows: number,
  columns: number,
  units: number,
  relu: boolean,
): void {
  for (let i = 0; i < rows; i++)
    for (let u = 0; u < units; u++) {
      let sum = 0;
      for (let k = i * columns; k < i * columns + counts[i]; k++) {
        sum += values[k] * weight[positions[k] * units + u];
      }
      if (bias) sum += bias[u];
      y[i * units + u] = relu ? Math.max(sum, 0) : sum;
    }
}

/** dw += xᵀ·dy, or dw = xᵀ·dy where dw is `fresh`. x (rows, columns) as lists, dy (rows, units), dw (columns, units). */
export function sparseDenseBackwardWeight(
  positions: Floats,
  values: Floats,
  counts: Floats,
  dy: Floats,
  dweight: Floats,
  rows: number,
  columns: number,
  units: number,
  fresh: boolean,
): void {
  if (fresh) dweight.fill(0);
  for (let i = 0; i < rows; i++)
    for (let k = i * columns; k < i * columns + counts[i]; k++)
      for (let u = 0; u < units; u++) dweight[positions[k] * units + u] += values[k] * dy[i * units + u];
}
