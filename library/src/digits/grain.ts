/**
 * How grainy paper is. Shade changes slowly and grain from pixel to pixel, so grain is how far a pixel lies from the mean
 * of two others, on both sides of it:
 *
 *   `d = v − (left + right) / 2`        with a standard deviation of √1.5 · σ, when each pixel strays by itself
 *
 * Most pixels are paper, even in a picture full of ink; so it is asked what the quarter of them stay below that differ
 * least. Cameras and compression smooth grain, and neighbours stray together then; so the two others are sought one pixel
 * away, two and four, and the greatest answer counts.
 *
 * @see [Immerkaer96] the same by a filter of nine pixels
 */
import { quantile } from "./frame.ts";
import type { GreyPicture } from "./picture.ts";

const QUARTER = 0.25;
// of normally spread values: a quarter lies nearer to their middle than this many standard deviations
const DEVIATIONS = 0.3186 * Math.sqrt(1.5);
const STEPS = [1, 2, 4]; // pixels
const LEAST_WIDTH = 56; // pixels for each pixel of a step; in smaller pictures, strokes change as quickly as grain
const ENOUGH = 4000; // pixels to look at

/** The standard deviation of the grain, in the picture's own units. */
export function grainOf(picture: GreyPicture): number {
  const steps = STEPS.filter((step) => step === 1 || step * LEAST_WIDTH <= Math.min(picture.width, picture.height));
  return Math.max(...steps.map((step) => deviation(picture, step)));
}

function deviation({ width, values }: GreyPicture, step: number): number {
  const every = Math.max(1, Math.floor(values.length / ENOUGH));
  const differences: number[] = [];
  for (let pixel = step; pixel < values.length - step; pixel += every) {
    const column = pixel % width;
    if (column < step || column >= width - step) continue;
    differences.push(Math.abs(values[pixel] - (values[pixel - step] + values[pixel + step]) / 2));
  }
  return differences.length === 0 ? 0 : quantile(Float32Array.from(differences), QUARTER) / DEVIATIONS;
}
