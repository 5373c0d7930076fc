/**
 * Draws for each picture a rotation, a change of size, a slant and a shift, and writes down where each of its new pixels
 * is to be read.
 *
 * Seen forward, a point p of the picture goes to
 *
 *   `p′ = c + R·K·S·(p − c) + t`
 *
 * with the picture's centre c, the sizes `S = diag(width factor, height factor)`, the slant `K = [[1, k], [0, 1]]` of
 * handwriting, the rotation R and the shift t. What a warp needs is the way back, `p = c + S⁻¹·K⁻¹·R⁻¹·(p′ − c − t)`:
 *
 *   `[fromColumn, fromRow] = [a·column + b·row + u, c·column + d·row + v]`
 *
 * Each number is drawn uniformly: the angle from ±degrees (clockwise where rows go down), each factor from 1 ± scale, k
 * from ±shear, both shifts from ±pixels; see draws.ts. With probability 1 − p the picture stays as it is.
 *
 * maps is [count, 6]: a, b, u, c, d, v for each picture.
 *
 * @see [Simard03] section 2
 */
import { cos, sin } from "#base";
import { drawsOf } from "../draws.ts";
import type { Floats } from "../floats.ts";

export function affineMaps(
  maps: Floats,
  count: number,
  height: number,
  width: number,
  degrees: number,
  scale: number,
  shear: number,
  pixels: number,
  probability: number,
  key0: number,
  key1: number,
  step: number,
): void {
  const centre = { column: (width - 1) / 2, row: (height - 1) / 2 };
  for (let image = 0; image < count; image++) {
    const draws = drawsOf(image, { key0, key1, step });
    const stays = draws[6] >= probability;
    const within = (limit: number, draw: number) => (stays ? 0 : limit * (2 * draw - 1));
    const angle = (within(degrees, draws[0]) * Math.PI) / 180;
    const wider = 1 + within(scale, draws[1]);
    const taller = 1 + within(scale, draws[2]);
    const slant = within(shear, draws[3]);
    const column = centre.column + within(pixels, draws[4]); // where the centre goes
    const row = centre.row + within(pixels, draws[5]);

    const a = (cos(angle) + slant * sin(angle)) / wider;
    const b = (sin(angle) - slant * cos(angle)) / wider;
    const c = -sin(angle) / taller;
    const d = cos(angle) / taller;
    const u = centre.column - a * column - b * row;
    const v = centre.row - c * column - d * row;
    maps.set([a, b, u, c, d, v], 6 * image);
  }
}
