/**
 * Paper of one brightness, as drawing programs, scanners and MNIST have it. Its pixels are all alike, and they lie at one
 * end of all brightnesses, with the ink towards the other; near the paper there are only the edges of strokes, of all
 * greys. Such a picture needs no guessing, even when it is cut so close to the digit that its frame is full of ink. Which
 * end is the paper is voted for by all pixels, by the frame and by the four corners.
 *
 * A shadow on such paper is a third brightness, of many pixels: then the paper is not even.
 */
import { frameOf } from "./frame.ts";
import type { GreyPicture } from "./picture.ts";

const LEVELS = 256;
const ALIKE = 3; // of 255
const LEAST = 0.2; // of all pixels: fewer are no paper
const NEAR = 0.7; // of the way from paper to ink: what is farther may be ink
const MOST_NEAR = 0.4; // of all pixels: the edges of strokes in a small picture
const MOST_ALIKE = 0.06; // of all pixels, of nearly one grey: more are a third brightness

/** The brightness of the paper, and whether ink is darker; null when the paper is not even. */
export function evenPaper(grey: GreyPicture): { level: number; darkInk: boolean } | null {
  const { width, height, values } = grey;
  const counts = new Float64Array(LEVELS);
  let [darkest, brightest] = [Infinity, -Infinity];
  for (const value of values) {
    counts[Math.min(LEVELS - 1, Math.max(0, Math.round(value)))]++;
    darkest = Math.min(darkest, value);
    brightest = Math.max(brightest, value);
  }
  if (brightest - darkest <= 4 * ALIKE) return null;
  const frame = frameOf(grey);
  const corners = [0, width - 1, (height - 1) * width, height * width - 1].map((pixel) => values[pixel]);
  const votes = (level: number) =>
    [values, frame, corners].reduce((sum, some) => {
      let alike = 0;
      for (const value of some) alike += Math.abs(value - level) <= ALIKE ? 1 : 0;
      return sum + alike / some.length;
    }, 0);
  const darkInk = votes(brightest) > votes(darkest);
  const [level, other] = darkInk ? [brightest, darkest] : [darkest, brightest];

  // the part of all pixels by how far they are on the way to ink
  const away = (low: number, high: number) =>
    counts.reduce((sum, count, each) => {
      const distance = Math.abs(each - level);
      return sum + (distance >= low && distance <= high ? count : 0);
    }, 0) / values.length;
  const near = NEAR * Math.abs(other - level);
  if (away(0, ALIKE) < LEAST || away(2 * ALIKE, near) > MOST_NEAR) return null;
  for (let distance = 2 * ALIKE; distance + ALIKE < near; distance++) {
    if (away(distance, distance + 2 * ALIKE) > MOST_ALIKE) return null;
  }
  return { level, darkInk };
}
