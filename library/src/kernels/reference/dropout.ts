/**
 * Dropout: each element is set to 0 with probability `rate`; the others grow by 1/(1 − rate), so the mean stays.
 *
 * Which are kept is a pure function of (key, step, index): element i looks at word i mod 4 of the random block with
 * counter [⌊i/4⌋, step, 2]. So threads draw their own parts in any order, and every backend keeps the same elements. What
 * each element was multiplied by is kept as the mask, for the way back.
 *
 * @see [Srivastava14]
 */
import { philox } from "#base";
import type { Floats } from "../floats.ts";

const WORD = 4294967296; // how many values 32 bits have
const DOMAIN = 2; // the counter's last word tells masks from drawn numbers (0) and shifts (1)

export function dropout(
  x: Floats,
  y: Floats,
  mask: Floats,
  rate: number,
  key0: number,
  key1: number,
  step: number,
): void {
  const threshold = Math.floor(rate * WORD);
  const words = new Uint32Array(4);
  for (let i = 0; i < x.length; i++) {
    if (i % 4 === 0) philox([i / 4, step % WORD, Math.floor(step / WORD), DOMAIN], [key0, key1], words);
    mask[i] = words[i % 4] >= threshold ? 1 / (1 - rate) : 0;
    y[i] = x[i] * mask[i];
  }
}

/** dx += dy·mask, or dx = dy·mask where it is `fresh`. */
export function dropoutBackward(dy: Floats, mask: Floats, dx: Floats, fresh: boolean): void {
  for (let i = 0; i < dy.length; i++) dx[i] = (fresh ? 0 : dx[i]) + dy[i] * mask[i];
}
