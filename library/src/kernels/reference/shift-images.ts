/**
 * Moves each image by whole pixels, drawn uniformly from −limit…limit, to the right and down; what comes in is 0.
 *
 * A digit moved by a pixel is the same digit, but to a dense layer it is a new one: the cheapest way to more data.
 * The draw is a pure function of (key, step, image): words 0 and 1 of the random block with counter [image, step, 1].
 * Word 2 decides whether it is moved at all: with probability 1 − p it stays.
 *
 * x and y are [count, height, width, channels].
 */
import { philox } from "#base";
import type { Floats } from "../floats.ts";

const WORD = 4294967296; // how many values 32 bits have

export function shiftImages(
  x: Floats,
  y: Floats,
  count: number,
  height: number,
  width: number,
  channels: number,
  limit: number,
  probability: number,
  key0: number,
  key1: number,
  step: number,
): void {
  const words = new Uint32Array(4);
  const draw = (word: number) => Math.floor((word * (2 * limit + 1)) / WORD) - limit;
  for (let image = 0; image < count; image++) {
    philox([image, step % WORD, Math.floor(step / WORD), 1], [key0, key1], words);
    const stays = words[2] / WORD >= probability;
    const right = stays ? 0 : draw(words[0]);
    const down = stays ? 0 : draw(words[1]);
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let c = 0; c < channels; c++) {
          const fromRow = row - down;
          const fromColumn = column - right;
          const inside = fromRow >= 0 && fromRow < height && fromColumn >= 0 && fromColumn < width;
          const at = (r: number, col: number) => ((image * height + r) * width + col) * channels + c;
          y[at(row, column)] = inside ? x[at(fromRow, fromColumn)] : 0;
        }
  }
}
