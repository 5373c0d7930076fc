/**
 * Elastic distortion: the picture is drawn on rubber that is pulled a little aside everywhere, near places alike. It imitates
 * what no map can, the unsteadiness of a hand, and is the strongest of the changes for handwriting.
 *
 * The paper blurs two fields of random numbers for each picture, which costs far more than a training step of a small
 * network. Here one large sheet is blurred once (sheet.ts), and each picture is bent by two windows of it, placed and
 * signed at random (the kernel elasticPieces).
 *
 * @see [Simard03] section 2
 */
import { number } from "#base";
import { checkFrame } from "./frame.ts";
import type { Kind } from "./kind.ts";
import { probability } from "./kind.ts";

/** Pulls each pixel aside by a smooth random field. */
export interface ElasticDescription {
  type: "elastic";
  /** How far a pixel moves along each side, in pixels: the root mean square. 0.65 is good for digits. */
  amplitude: number;
  /** How smooth the field is: the deviation of the blur in pixels, 0.5 to 32; default 4. */
  sigma?: number;
  /** Of being bent at all, 0 to 1; default 1. */
  probability?: number;
}

// a sheet of 256×256 numbers, 0.3 MB, holds 81 windows of 28×28 side by side; larger pictures have larger ones
const SMALLEST_SIDE = 256;
const PICTURES_PER_SIDE = 4;
const SIGMAS_PER_SIDE = 32;

export const elastic: Kind<Required<ElasticDescription>> = {
  fields: { amplitude: number(0, 100), sigma: number(0.5, 32, 4), probability: probability(1) },
  checkPictures: (_, inputShape) => checkFrame("elastic", inputShape),
  keepsZeros: () => true,
  way: {
    name: "bends",
    sheetOf({ sigma }, [height, width]) {
      const least = Math.max(PICTURES_PER_SIDE * Math.max(height, width), Math.ceil(SIGMAS_PER_SIDE * sigma));
      return { side: Math.max(SMALLEST_SIDE, least), sigma };
    },
    perform(kernels, { amplitude, probability: part }, { pieces, count, side }, stream) {
      kernels.elasticPieces(pieces, count, side, amplitude, part, ...stream);
    },
  },
};
