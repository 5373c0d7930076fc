/**
 * Lists of what is not 0, row by row: four of five pixels of a written digit are background, and a product with them
 * adds nothing.
 *
 * Row i of `positions` says where the numbers stand, ascending, and row i of `values` what they are; `counts[i]` says how
 * many there are. A row has room for all its columns, so that no list depends on the length of another; what lies behind
 * its end is not to be read. (The positions ride in floats: all whole numbers to 2²⁴ are exact there, and the lists are
 * arrays like any other.)
 */
import type { Floats } from "../floats.ts";

/** The lists of images[samples[i], :]·scale, from bytes, `size` of them per image. */
export function packPixels(
  images: Uint8Array,
  samples: Floats,
  positions: Floats,
  values: Floats,
  counts: Floats,
  size: number,
  scale: number,
): void {
  for (let i = 0; i < samples.length; i++) {
    const image = images.subarray(samples[i] * size, (samples[i] + 1) * size);
    counts[i] = listRow((p) => image[p] * scale, size, positions, values, i * size);
  }
}

/** The lists of x, [rows, columns]. */
export function packNonZeros(
  x: Floats,
  positions: Floats,
  values: Floats,
  counts: Floats,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    counts[i] = listRow((p) => x[i * columns + p], columns, positions, values, i * columns);
  }
}

/** Lists one row from `begin` on and returns how many numbers are not 0. */
function listRow(
  valueAt: (column: number) => number,
  columns: number,
  positions: Floats,
  values: Floats,
  begin: number,
): number {
  let count = 0;
  for (let p = 0; p < columns; p++) {
    const value = valueAt(p);
    if (value === 0) continue;
    positions[begin + count] = p;
    values[begin + count] = value;
    count++;
  }
  return count;
}
