/**
 * Adds noise to each picture, another number to every value: `y = x + deviation·n`.
 *
 * n has mean 0 and deviation 1 and comes from the four bytes of a random word: their sum, less its mean of 510, through
 * its deviation of √21845. A sum of four is bell-shaped within a few percent and never beyond ±3.5, and it is whole
 * numbers only, so that every machine adds the same.
 *
 * Value i of a picture of `size` values looks at word i mod 4 of the random block with counter [image·blocks + ⌊i/4⌋,
 * step, 4], where blocks is size/4 rounded up to a multiple of four. With probability 1 − p a picture is left alone; see
 * draws.ts.
 *
 * x and y are [count, size].
 */
import { philox } from "#base";
import { drawsOf } from "../draws.ts";
import type { Floats } from "../floats.ts";

const WORD = 4294967296; // how many values 32 bits have
const DOMAIN = 4; // the counter's last word tells pixels from pictures (3) and what else is drawn
const MEAN = 510; // of a sum of four bytes, 4·255/2
const VARIANCE = 21845; // of the same, 4·(256² − 1)/12

export function noiseImages(
  x: Floats,
  y: Floats,
  count: number,
  size: number,
  deviation: number,
  probability: number,
  key0: number,
  key1: number,
  step: number,
): void {
  const words = new Uint32Array(4);
  const blocks = 4 * Math.ceil(size / 16);
  for (let image = 0; image < count; image++) {
    const [draw] = drawsOf(image, { key0, key1, step });
    const amount = draw < probability ? deviation / Math.sqrt(VARIANCE) : 0;
    for (let i = 0; i < size; i++) {
      const block = image * blocks + Math.floor(i / 4);
      if (i % 4 === 0) philox([block, step % WORD, Math.floor(step / WORD), DOMAIN], [key0, key1], words);
      y[image * size + i] = x[image * size + i] + amount * (sumOfBytes(words[i % 4]) - MEAN);
    }
  }
}

function sumOfBytes(word: number): number {
  return (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
}
