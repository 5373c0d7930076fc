/**
 * The sixteen random numbers in [0, 1) that a picture has in an augmentation. Twin: ../draws.ts.
 *
 * They lie in 64 bytes of scratch: lane b of the drawn vector w is word w of block b, so number 4·b + w lies at word
 * 4·w + b.
 */
import { philox, word0, word1, word2, word3 } from "./philox";

/** Draws the numbers of a picture, by its number in the batch. */
export function drawPicture(image: i32, step: f64, key0: i32, key1: i32, scratch: usize): void {
  philox(image << 2, step, 3, key0, key1);
  v128.store(scratch, word0);
  v128.store(scratch, word1, 16);
  v128.store(scratch, word2, 32);
  v128.store(scratch, word3, 48);
}

/** Number 0 to 15 of those drawn. */
export function drawn(scratch: usize, number: i32): f64 {
  const word = ((number & 3) << 2) + (number >> 2);
  return <f64>load<u32>(scratch + ((<usize>word) << 2)) / 4294967296;
}
