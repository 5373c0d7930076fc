/**
 * Thicker and thinner strokes, by grey morphology (the kernel strokeImages): another pen, another pressure, another
 * scanner. Each edge moves by up to a pixel; of digits whose strokes are two or three pixels wide, half of one is much.
 *
 * @see [Serra82]
 */
import { number } from "#base";
import { checkFrame } from "./frame.ts";
import type { Kind } from "./kind.ts";
import { probability } from "./kind.ts";

/** Moves the edges of strokes by −thinner … thicker pixels. Strokes are bright on 0. */
export interface StrokeDescription {
  type: "stroke";
  /** How far an edge may go out, in pixels, 0 to 1; default 0. */
  thicker?: number;
  /** How far it may come in, in pixels, 0 to 1; default 0. */
  thinner?: number;
  /** Of being changed at all, 0 to 1; default 1. */
  probability?: number;
}

export const stroke: Kind<Required<StrokeDescription>> = {
  fields: { thicker: number(0, 1, 0), thinner: number(0, 1, 0), probability: probability(1) },
  checkPictures: (_, inputShape) => checkFrame("stroke", inputShape, { together: true }),
  keepsZeros: () => true,
  way: {
    name: "rewrites",
    perform(kernels, settings, { x, y, count, height, width, channels }, stream) {
      const { thinner, thicker, probability: part } = settings;
      kernels.strokeImages(x, y, count, height, width, channels, thinner, thicker, part, ...stream);
    },
  },
};
