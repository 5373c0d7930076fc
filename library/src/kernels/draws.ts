/**
 * The random numbers of a picture in an augmentation: sixteen in [0, 1), a pure function of (key, step, image).
 *
 * They are the words of the random blocks with counters [4·image, step, 3] to [4·image + 3, step, 3], in their order,
 * divided by 2³². Each change takes from them what it needs, always at the same places: so what happens to a picture does
 * not depend on which thread looks at it, on how the batch is cut, or on what happens to the others. Twin:
 * assembly/draws.ts.
 */
import { philox } from "#base";

const WORD = 4294967296; // how many values 32 bits have
const DOMAIN = 3; // the counter's last word tells pictures from drawn numbers (0), shifts (1), masks (2) and pixels (4)

export interface Stream {
  key0: number;
  key1: number;
  /** The number of the training step, from 0 to 2⁵³ − 1. */
  step: number;
}

/** The sixteen numbers of a picture, by its number in the batch. */
export function drawsOf(image: number, { key0, key1, step }: Stream): number[] {
  const words = new Uint32Array(4);
  return [0, 1, 2, 3].flatMap((block) => {
    philox([4 * image + block, step % WORD, Math.floor(step / WORD), DOMAIN], [key0, key1], words);
    return Array.from(words, (word) => word / WORD);
  });
}
