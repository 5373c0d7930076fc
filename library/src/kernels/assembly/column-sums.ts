/**
 * Sums down the columns of a row-major array, in f64.
 *
 * Rows are walked in the outer loop, so memory is read once and in order; the sums of up to COLUMNS columns wait in
 * scratch memory, near the processor. Every column is summed from top to bottom, wherever the cuts between threads lie.
 */
import { Tail } from "./tail";
import { Wide } from "./wide";

/** How many columns are summed in one go: their f64 sums take 8 KiB of scratch. */
export const COLUMNS: i32 = 1024;

/** Sets the f64 sums of `columns` columns to 0, with room up to a multiple of four. */
export function clearSums(sums: usize, columns: i32): void {
  memory.fill(sums, 0, (<usize>((columns + 3) & ~3)) << 3);
}

/** sums[c] += Σ_row x[row·stride + c] */
export function addColumnSums(x: usize, rows: i32, stride: i32, columns: i32, sums: usize): void {
  const whole = columns & ~3;
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < whole; c += 4) FourSums.add(sums + ((<usize>c) << 3), v128.load(x + ((<usize>c) << 2)));
    if (whole < columns) {
      FourSums.add(sums + ((<usize>whole) << 3), Tail.load(x + ((<usize>whole) << 2), columns - whole, 0));
    }
    x += (<usize>stride) << 2;
  }
}

export class FourSums {
  /** Adds four numbers to four f64 sums. */
  @inline static add(sums: usize, v: v128): void {
    v128.store(sums, f64x2.add(v128.load(sums), Wide.low(v)));
    v128.store(sums, f64x2.add(v128.load(sums, 16), Wide.high(v)), 16);
  }
}
