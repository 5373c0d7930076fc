/**
 * The median around each pixel: a picture without all that fills less than half of a window, bright or dark. The edges of
 * what is larger stay where they are.
 *
 * The window moves along a row by giving up one column of pixels and taking in another, so a count of each brightness is
 * kept, and the median looked for from where it was.
 *
 * @see [Huang79]
 */
import type { GreyPicture } from "./picture.ts";

const LEVELS = 256;

/**
 * Medians to the nearest whole brightness; what lies beyond the picture does not count.
 *
 * @param window the side of the square around each pixel, as a part of the picture's longer side
 */
export function localMedians({ width, height, values }: GreyPicture, window: number): GreyPicture {
  const reach = Math.ceil((window * Math.max(width, height)) / 2);
  const levels = Uint8Array.from(values, (value) => Math.min(LEVELS - 1, Math.max(0, Math.round(value))));
  const medians = new Float32Array(values.length);
  const counts = new Int32Array(LEVELS);
  for (let row = 0; row < height; row++) {
    const [top, bottom] = [Math.max(0, row - reach), Math.min(height - 1, row + reach)];
    counts.fill(0);
    let [inside, below, middle] = [0, 0, 0]; // pixels in the window, and how many of them are darker than `middle`
    const count = (column: number, change: 1 | -1) => {
      for (let y = top; y <= bottom; y++) {
        const level = levels[y * width + column];
        counts[level] += change;
        if (level < middle) below += change;
      }
      inside += change * (bottom - top + 1);
    };
    for (let column = 0; column < Math.min(reach, width); column++) count(column, 1);
    for (let column = 0; column < width; column++) {
      if (column + reach < width) count(column + reach, 1);
      if (column - reach - 1 >= 0) count(column - reach - 1, -1);
      const half = Math.floor(inside / 2);
      while (below > half) below -= counts[--middle];
      while (below + counts[middle] <= half) below += counts[middle++];
      medians[row * width + column] = middle;
    }
  }
  return { width, height, values: medians };
}
