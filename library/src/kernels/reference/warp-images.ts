/**
 * Bends pictures: each new pixel is read where its map says, between the four old pixels around that place.
 *
 * `y(p) = x(A·(p + d(p)) + t)`
 *
 * A and t are the picture's map, [a, b, u, c, d, v] as affineMaps and deskewMaps write it. d(p) is how far an elastic
 * sheet is out of place at p: two windows of one large sheet, one for the columns and one for the rows, each with its
 * place and its strength, as elasticPieces draws them. So turning and bending are one walk through the picture, which is
 * read once and blurred once.
 *
 * Between pixels the value is bilinear: a mean of four, each the heavier the nearer. Outside the picture lies 0.
 *
 * x and y are [count, height, width, channels]; maps is [count, 6]. sheet is [side, side + width], which goes on where it
 * began: its last `width` columns repeat the first; pieces is [count, 6]: row, column and strength of the window for the
 * columns, then of the window for the rows. Both are null where nothing is bent.
 */
import type { Floats } from "../floats.ts";

export function warpImages(
  x: Floats,
  maps: Floats,
  sheet: Floats | null,
  pieces: Floats | null,
  y: Floats,
  count: number,
  height: number,
  width: number,
  channels: number,
  side: number,
): void {
  for (let image = 0; image < count; image++) {
    const [a, b, u, c, d, v] = maps.subarray(6 * image, 6 * image + 6);
    /** How far the sheet is out of place, along the columns (0) or along the rows (1). */
    const bend = (direction: number, row: number, column: number) => {
      if (sheet === null || pieces === null) return 0;
      const [firstRow, firstColumn, strength] = pieces.subarray(6 * image + 3 * direction);
      return strength * sheet[((firstRow + row) % side) * (side + width) + firstColumn + column];
    };
    const valueAt = (row: number, column: number, channel: number) => {
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      return inside ? x[((image * height + row) * width + column) * channels + channel] : 0;
    };
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) {
        const bentColumn = column + bend(0, row, column);
        const bentRow = row + bend(1, row, column);
        const fromColumn = a * bentColumn + b * bentRow + u;
        const fromRow = c * bentColumn + d * bentRow + v;
        const left = Math.floor(fromColumn);
        const top = Math.floor(fromRow);
        for (let channel = 0; channel < channels; channel++) {
          const between = (line: number) => {
            const from = valueAt(line, left, channel);
            return from + (fromColumn - left) * (valueAt(line, left + 1, channel) - from);
          };
          const above = between(top);
          const value = above + (fromRow - top) * (between(top + 1) - above);
          y[((image * height + row) * width + column) * channels + channel] = value;
        }
      }
  }
}
