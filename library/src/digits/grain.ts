/**
 * How grainy paper is. Shade changes slowly and grain from pixel to pixel, so grain is how far a pixel lies from the mean
 * of the two beside it:
 *
 *   `d = v − (left + right) / 2`        with a standard deviation of √1.5 · σ, when each pixel strays by itself
 *
 * Most pixels are paper, even in a picture full of ink; so it is asked what the quarter of them stay below that differ
 * least. Cameras and compression smooth grain, and neighbours stray together then: the picture is looked at in halves of
 * its size too, and the greatest answer counts.
 *
 * @see [Immerkaer96] the same by a filter of nine pixels
 */
import { quantile } from "./frame.ts";
import { resize } from "./picture.ts";
import type { GreyPicture } from "./picture.ts";

const QUARTER = 0.25;
// of normally spread values: a quarter lies nearer to their middle than this many standard deviations
const DEVIATIONS = 0.3186 * Math.sqrt(1.5);
const LEAST_SIDE = 56; // pixels; in smaller pictures, strokes change as quickly as grain
const ENOUGH = 10_000; // pixels to look at

/** The standard deviation of the grain, in the picture's own units. */
export function grainOf(picture: GreyPicture): number {
  const [width, height] = [picture.width / 2, picture.height / 2].map(Math.floor);
  const own = deviation(picture);
  if (Math.min(width, height) < LEAST_SIDE) return own;
  return Math.max(own, grainOf(resize(picture, { width, height })));
}

function deviation({ width, height, values }: GreyPicture): number {
  const step = Math.max(1, Math.floor((width * height) / ENOUGH));
  const differences: number[] = [];
  for (let pixel = 1; pixel < values.length - 1; pixel += step) {
    const column = pixel % width;
    if (column === 0 || column === width - 1) continue;
    differences.push(Math.abs(values[pixel] - (values[pixel - 1] + values[pixel + 1]) / 2));
  }
  return differences.length === 0 ? 0 : quantile(Float32Array.from(differences), QUARTER) / DEVIATIONS;
}
