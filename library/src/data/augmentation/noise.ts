/**
 * Noise: every value is moved a little by a number of its own (the kernel noiseImages), as a poor camera would. A network
 * that learns so rests on no single pixel.
 *
 * It leaves no zero: what is mostly empty paper no longer is, and a first layer that looks only at what is lit is of no
 * use. Values may fall below 0 and rise above 1.
 */
import { number } from "#base";
import type { Kind } from "./kind.ts";
import { probability } from "./kind.ts";

/** Adds to each value a random number of mean 0. */
export interface NoiseDescription {
  type: "noise";
  /** Of the numbers that are added, in the unit of the pictures: 0.1 is a tenth of full brightness where that is 1. */
  deviation: number;
  /** Of being changed at all, 0 to 1; default 1. */
  probability?: number;
}

export const noise: Kind<Required<NoiseDescription>> = {
  fields: { deviation: number(0, 1e6), probability: probability(1) },
  keepsZeros: ({ deviation, probability: part }) => deviation === 0 || part === 0,
  way: {
    name: "rewrites",
    perform(kernels, { deviation, probability: part }, { x, y, count, height, width, channels }, stream) {
      kernels.noiseImages(x, y, count, height * width * channels, deviation, part, ...stream);
    },
  },
};
