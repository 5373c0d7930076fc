/**
 * Erases a rectangle of each picture, so that a network learns not to rest on any one part of it.
 *
 * With probability p: the area is drawn uniformly from smallest to largest, as a part of the picture's; how much longer one
 * side is than the other from 1 to 1/ratio, and which of them; height and width are rounded to whole pixels and end at
 * those of the picture; then a place is drawn among all at which the rectangle lies within. What was there becomes `value`.
 *
 * We differ from the paper in the proportions: it draws height/width uniformly from ratio to 1/ratio, so that more
 * rectangles are tall than wide, and it draws again when one does not fit.
 *
 * x and y are [count, height, width, channels].
 *
 * @see [Zhong20] algorithm 1
 */
import { drawsOf } from "../draws.ts";
import type { Floats } from "../floats.ts";

export function eraseImages(
  x: Floats,
  y: Floats,
  count: number,
  height: number,
  width: number,
  channels: number,
  smallest: number,
  largest: number,
  ratio: number,
  value: number,
  probability: number,
  key0: number,
  key1: number,
  step: number,
): void {
  y.set(x);
  for (let image = 0; image < count; image++) {
    const draws = drawsOf(image, { key0, key1, step });
    if (draws[0] >= probability) continue;
    const area = (smallest + (largest - smallest) * draws[1]) * height * width;
    const longer = 1 + (1 / ratio - 1) * draws[2];
    const slope = draws[3] < 0.5 ? longer : 1 / longer; // height by width
    const rows = Math.min(height, Math.floor(Math.sqrt(area * slope) + 0.5));
    const columns = Math.min(width, Math.floor(Math.sqrt(area / slope) + 0.5));
    const top = Math.floor(draws[4] * (height - rows + 1));
    const left = Math.floor(draws[5] * (width - columns + 1));
    for (let row = top; row < top + rows; row++) {
      const first = ((image * height + row) * width + left) * channels;
      y.fill(value, first, first + columns * channels);
    }
  }
}
