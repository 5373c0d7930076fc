/**
 * Draws for each picture the two windows of an elastic sheet that bend it: one says how far each pixel moves along the
 * columns, the other along the rows.
 *
 * A window lies anywhere on the sheet, which goes on at its edges where it began, and is turned over (its sign changed) or
 * not: that makes `(2·side²)²` different ways to bend from one sheet. Both windows are drawn by themselves; see draws.ts.
 * With probability 1 − p the picture is not bent.
 *
 * pieces is [count, 6]: for each picture row, column and strength of the first window, then of the second. The strength is
 * ±amplitude, in pixels for a sheet whose root mean square is 1, or 0.
 */
import { drawsOf } from "../draws.ts";
import type { Floats } from "../floats.ts";

export function elasticPieces(
  pieces: Floats,
  count: number,
  side: number,
  amplitude: number,
  probability: number,
  key0: number,
  key1: number,
  step: number,
): void {
  for (let image = 0; image < count; image++) {
    const draws = drawsOf(image, { key0, key1, step });
    const strength = draws[8] < probability ? amplitude : 0;
    for (let direction = 0; direction < 2; direction++) {
      const [row, column, turned] = draws.slice(4 * direction, 4 * direction + 3);
      const piece = [Math.floor(row * side), Math.floor(column * side), turned < 0.5 ? -strength : strength];
      pieces.set(piece, 6 * image + 3 * direction);
    }
  }
}
