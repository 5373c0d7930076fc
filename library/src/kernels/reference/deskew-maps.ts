/**
 * Finds how far each picture leans, and writes down the map that sets it upright.
 *
 * Brightness is taken as mass. With the centre of mass (column, row) and the second moments around it, the line through
 * the ink that explains most of where it lies in each row is
 *
 *   `column + slant·(r − row)`,   `slant = Σ mass·(column distance)·(row distance) / Σ mass·(row distance)²`
 *
 * and each row is moved back by that much: pixel (c, r) is read at `(c + slant·(r − row), r)`. Nothing is drawn but whether
 * it is done: with probability 1 − p a picture stays as it is. A picture without mass stays too, and none is moved by more
 * than a pixel a row: what lies on its side, such as a dash, has no slant to speak of.
 *
 * x is [count, height, width, channels], its channels taken together; maps is [count, 6] as affineMaps writes it.
 *
 * @see [LeCun98] section III.A, where deskewed digits are compared with plain ones
 */
import { drawsOf } from "../draws.ts";
import type { Floats } from "../floats.ts";

export function deskewMaps(
  x: Floats,
  maps: Floats,
  count: number,
  height: number,
  width: number,
  channels: number,
  probability: number,
  key0: number,
  key1: number,
  step: number,
): void {
  for (let image = 0; image < count; image++) {
    const draws = drawsOf(image, { key0, key1, step });
    let [mass, columns, rows, rowsRows, rowsColumns] = [0, 0, 0, 0, 0];
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let channel = 0; channel < channels; channel++) {
          const value = x[((image * height + row) * width + column) * channels + channel];
          mass += value;
          columns += value * column;
          rows += value * row;
          rowsRows += value * row * row;
          rowsColumns += value * row * column;
        }
    // Σ m·(r − row)² = Σ m·r² − (Σ m·r)² / Σ m, and so with the mixed moment
    const spread = rowsRows - (rows * rows) / mass;
    const leaning = rowsColumns - (rows * columns) / mass;
    const leans = mass > 0 && spread > 1e-6 * mass && draws[0] < probability;
    const slant = leans ? Math.min(Math.max(leaning / spread, -1), 1) : 0;
    maps.set([1, slant, leans ? (-slant * rows) / mass : 0, 0, 1, 0], 6 * image);
  }
}
