/**
 * Gradients of parameters are sums over a whole batch. If several threads are to share the work, each sums slices of the
 * batch, and these sums are added up here: always as many slices, always in their order, so that the result does not
 * depend on who computed what.
 */
import type { Floats } from "../floats.ts";

/** y[column, row] = Σ_slice slices[slice, row, column], added to what is there unless `fresh`. */
export function sumSlices(
  slices: Floats,
  y: Floats,
  count: number,
  rows: number,
  columns: number,
  fresh: boolean,
): void {
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let slice = 0; slice < count; slice++) sum += slices[(slice * rows + row) * columns + column];
      y[column * rows + row] = fresh ? sum : y[column * rows + row] + sum;
    }
}
