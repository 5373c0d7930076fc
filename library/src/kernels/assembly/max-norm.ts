/**
 * Shortens the columns that are longer than `limit`. begin and end count columns. Twin: ../reference/max-norm.ts.
 *
 * The squares of each column are summed in f64 from the first row to the last, in scratch memory (see column-sums.ts);
 * the sums then make room for the factors, f32 each. A factor of 1 leaves every bit.
 */
import { clearSums, COLUMNS } from "./column-sums";
import { Four } from "./tail";
import { Wide } from "./wide";

export function maxNorm(
  weight: usize,
  rows: i32,
  columns: i32,
  limit: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  for (let first = begin; first < end; first += COLUMNS) {
    const count = min(COLUMNS, end - first);
    clearSums(scratch, count);
    for (let row = 0; row < rows; row++) {
      const at = weight + ((<usize>(row * columns + first)) << 2);
      for (let c = 0; c < count; c += 4) {
        const v = Four.load(at + ((<usize>c) << 2), count - c);
        const sums = scratch + ((<usize>c) << 3);
        v128.store(sums, f64x2.add(v128.load(sums), f64x2.mul(Wide.low(v), Wide.low(v))));
        v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.mul(Wide.high(v), Wide.high(v))), 16);
      }
    }
    if (!setFactors(scratch, count, limit)) continue;
    for (let row = 0; row < rows; row++) {
      const at = weight + ((<usize>(row * columns + first)) << 2);
      for (let c = 0; c < count; c += 4) {
        const lane = (<usize>c) << 2;
        const v = f32x4.mul(Four.load(at + lane, count - c), v128.load(scratch + lane));
        Four.store(at + lane, v, count - c);
      }
    }
  }
}

/** Writes a factor in place of each sum, and tells whether any of them is not 1. */
function setFactors(scratch: usize, count: i32, limit: f64): bool {
  let any = false;
  for (let c = 0; c < count; c++) {
    const length = sqrt(load<f64>(scratch + ((<usize>c) << 3)));
    const long = length > limit;
    any = any || long;
    store<f32>(scratch + ((<usize>c) << 2), long ? <f32>(limit / length) : 1); // lies below all sums still to be read
  }
  return any;
}
