/**
 * Rotation, size, slant and shift by parts of pixels, all in one warp: `p′ = c + R·K·S·(p − c) + t` around the centre c.
 * The kernel affineMaps draws them, warpImages reads the pictures accordingly.
 *
 * Each part that is left out is 0. What digits bear: 10 degrees, a tenth of size and slant, two pixels. A 6 that is turned
 * by half a circle is a 9, so more is not better.
 *
 * @see [Simard03] section 2
 */
import { fraction, number } from "#base";
import { checkFrame } from "./frame.ts";
import type { Kind } from "./kind.ts";
import { probability } from "./kind.ts";

/** Turns, enlarges, slants and moves each picture around its centre; what comes in is 0. */
export interface AffineDescription {
  type: "affine";
  /** The largest angle, 0 to 180, drawn from both directions; default 0. */
  degrees?: number;
  /** Width and height change each by a factor from 1 − scale to 1 + scale; 0 to below 1, default 0. */
  scale?: number;
  /** How far a row is moved against the one below it, in pixels, 0 to 2, drawn from both directions; default 0. */
  shear?: number;
  /** The longest shift along each side, in pixels and parts of pixels, drawn from both directions; default 0. */
  pixels?: number;
  /** Of being changed at all, 0 to 1; default 1. */
  probability?: number;
}

export const affine: Kind<Required<AffineDescription>> = {
  fields: {
    degrees: number(0, 180, 0),
    scale: fraction(0),
    shear: number(0, 2, 0),
    pixels: number(0, 1000, 0),
    probability: probability(1),
  },
  checkPictures: (_, inputShape) => checkFrame("affine", inputShape),
  keepsZeros: () => true,
  way: {
    name: "maps",
    looks: false,
    perform(kernels, settings, { maps, count, height, width }, stream) {
      const { degrees, scale, shear, pixels, probability: part } = settings;
      kernels.affineMaps(maps, count, height, width, degrees, scale, shear, pixels, part, ...stream);
    },
  },
};
