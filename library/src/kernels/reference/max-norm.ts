/**
 * Shortens every column of a [rows, columns] matrix that is longer than `limit`, keeping its direction:
 * `w_c ← w_c · min(1, limit/‖w_c‖)`. In a dense layer a column holds all that arrives at one unit.
 *
 * @see [Srivastava14] section 5.1
 */
import type { Floats } from "../floats.ts";

export function maxNorm(weight: Floats, rows: number, columns: number, limit: number): void {
  for (let c = 0; c < columns; c++) {
    let squares = 0;
    for (let row = 0; row < rows; row++) squares += weight[row * columns + c] * weight[row * columns + c];
    const length = Math.sqrt(squares);
    if (length > limit) for (let row = 0; row < rows; row++) weight[row * columns + c] *= limit / length;
  }
}
