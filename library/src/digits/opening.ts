/**
 * Opening: a picture without all that is brighter than its surroundings and narrower than a window. Each pixel takes the
 * least value of the window around it, and then the greatest of those: what a whole window finds room in comes back as it
 * was, what is narrower does not.
 *
 * @see [Serra82]
 */
import type { GreyPicture } from "./picture.ts";

/**
 * @param options.reach the window is a square of 2 · reach + 1 pixels; beyond the picture's edge there is nothing to see
 */
export function opening(picture: GreyPicture, { reach }: { reach: number }): GreyPicture {
  return { ...picture, values: greatest(negative(greatest(negative(picture.values), picture, reach)), picture, reach) };
}

/** The least of values is the greatest of their negatives, negated. */
function negative(values: Float32Array): Float32Array {
  return values.map((value) => -value);
}

/** The greatest value within `reach` pixels of each, first along its row, then along its column. */
export function greatest(
  values: Float32Array,
  { width, height }: { width: number; height: number },
  reach: number,
): Float32Array {
  const result = values.slice();
  const line = new Float32Array(Math.max(width, height));
  const hopeful = new Int32Array(line.length);
  for (let row = 0; row < height; row++) slide(row * width, 1, width);
  for (let column = 0; column < width; column++) slide(column, width, height);
  return result;

  /** Along one line. A value can be a maximum only as long as no greater one comes after it: those are kept, falling. */
  function slide(begin: number, step: number, count: number): void {
    for (let at = 0; at < count; at++) line[at] = result[begin + at * step];
    let [first, end] = [0, 0];
    for (let at = 0; at < count + reach; at++) {
      if (at < count) {
        while (end > first && line[hopeful[end - 1]] <= line[at]) end--;
        hopeful[end++] = at;
      }
      const middle = at - reach;
      if (middle < 0) continue;
      while (hopeful[first] < middle - reach) first++;
      result[begin + middle * step] = line[hopeful[first]];
    }
  }
}
