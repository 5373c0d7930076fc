/**
 * Makes the strokes of each picture thicker or thinner, by up to a pixel at every edge.
 *
 * Grey morphology: dilation gives a pixel the largest value among itself and its four neighbours, erosion the smallest.
 * Either moves an edge by a whole pixel, which is much where strokes are three wide, so only a part of the way is gone:
 *
 *   `y = x + |s|·(dilated − x)` for s > 0,   `y = x + |s|·(eroded − x)` for s < 0
 *
 * s is drawn uniformly from −thinner to thicker, both 0 to 1; with probability 1 − p it is 0. Outside the picture lies 0.
 *
 * x and y are [count, height, width, channels].
 *
 * @see [Serra82] dilation and erosion of functions
 */
import { drawsOf } from "../draws.ts";
import type { Floats } from "../floats.ts";

export function strokeImages(
  x: Floats,
  y: Floats,
  count: number,
  height: number,
  width: number,
  channels: number,
  thinner: number,
  thicker: number,
  probability: number,
  key0: number,
  key1: number,
  step: number,
): void {
  for (let image = 0; image < count; image++) {
    const draws = drawsOf(image, { key0, key1, step });
    const strength = draws[1] < probability ? (thinner + thicker) * draws[0] - thinner : 0;
    const extreme = strength > 0 ? Math.max : Math.min;
    const at = (row: number, column: number, channel: number) =>
      ((image * height + row) * width + column) * channels + channel;
    const valueAt = (row: number, column: number, channel: number) => {
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      return inside ? x[at(row, column, channel)] : 0;
    };
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let channel = 0; channel < channels; channel++) {
          const value = valueAt(row, column, channel);
          const upright = extreme(valueAt(row - 1, column, channel), valueAt(row + 1, column, channel));
          const level = extreme(valueAt(row, column - 1, channel), valueAt(row, column + 1, channel));
          const goal = extreme(value, upright, level);
          y[at(row, column, channel)] = value + Math.abs(strength) * (goal - value);
        }
  }
}
