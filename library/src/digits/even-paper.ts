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
    if (value < darkest) darkest = value;
    if (value > brightest) brightest = value;
  }
  if (brightest - darkest <= 4 * ALIKE) return null;

  const frame = frameOf(grey);
  const corners = [0, width - 1, (height - 1) * width, height * width - 1].map((pixel) => values[pixel]);
  const shareOf = (some: ArrayLike<number>, level: number) => {
    let alike = 0;
    for (let at = 0; at < some.length; at++) if (Math.abs(some[at] - level) <= ALIKE) alike++;
    return alike / some.length;
  };
  const votes = (level: number) => shareOf(values, level) + shareOf(frame, level) + shareOf(corners, level);
  const darkInk = votes(brightest) > votes(darkest);
  const [level, other] = darkInk ? [brightest, darkest] : [darkest, brightest];

  // pixels by their distance from paper, in whole steps, and how many of all are less far away
  const before = new Float64Array(LEVELS + 1);
  for (let distance = 0; distance < LEVELS; distance++) {
    const count = counts[Math.round(level) + (darkInk ? -distance : distance)] ?? 0;
    before[distance + 1] = before[distance] + count / values.length;
  }
  const near = Math.floor(NEAR * Math.abs(other - level));
  const share = (first: number, end: number) => before[end] - before[first];
  if (share(0, ALIKE + 1) < LEAST || share(2 * ALIKE, near) > MOST_NEAR) return null;
  for (let first = 2 * ALIKE; first + ALIKE < near; first++) {
    if (share(first, first + 2 * ALIKE + 1) > MOST_ALIKE) return null;
  }
  return { level, darkInk };
}
