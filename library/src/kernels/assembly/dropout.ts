/**
 * Dropout with a mask that is a pure function of (key, step, index). Twin: ../reference/dropout.ts.
 *
 * begin and end count elements; begin is a multiple of 16, the numbers of four random blocks.
 */
import { philox, word0, word1, word2, word3 } from "./philox";
import { Four } from "./tail";

export function dropout(
  x: usize,
  y: usize,
  mask: usize,
  rate: f64,
  key0: i32,
  key1: i32,
  step: f64,
  begin: i32,
  end: i32,
): void {
  const threshold = i32x4.splat(<i32>(<u32>(rate * 4294967296)));
  const scale = f32x4.splat(<f32>(1 / (1 - rate)));
  for (let i = begin; i < end; i += 16) {
    drawSixteen(i, key0, key1, step);
    for (let from = i; from < min(i + 16, end); from += 4) {
      const at = (<usize>from) << 2;
      const factor = v128.and(i32x4.ge_u(nextFour(), threshold), scale);
      Four.store(mask + at, factor, end - from);
      Four.store(y + at, f32x4.mul(Four.load(x + at, end - from), factor), end - from);
    }
  }
}

export function dropoutBackward(dy: usize, mask: usize, dx: usize, fresh: i32, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = end - i;
    const amount = f32x4.mul(Four.load(dy + at, left), Four.load(mask + at, left));
    Four.store(dx + at, fresh ? amount : f32x4.add(Four.load(dx + at, left), amount), left);
  }
}

/** The words of four blocks, each vector the four words of one block in order. */
let block0: v128 = i32x4.splat(0);
let block1: v128 = i32x4.splat(0);
let block2: v128 = i32x4.splat(0);
let block3: v128 = i32x4.splat(0);

/** Draws the random words of elements i to i + 15: the blocks i/4 to i/4 + 3. */
function drawSixteen(i: i32, key0: i32, key1: i32, step: f64): void {
  philox(i >> 2, step, 2, key0, key1);

  // lane b of the four results is block b: turn columns into rows
  const first = v128.shuffle<i32>(word0, word1, 0, 4, 1, 5); // words 0, 1 of block 0, then of block 1
  const second = v128.shuffle<i32>(word2, word3, 0, 4, 1, 5); // words 2, 3
  block0 = v128.shuffle<i64>(first, second, 0, 2);
  block1 = v128.shuffle<i64>(first, second, 1, 3);
  const third = v128.shuffle<i32>(word0, word1, 2, 6, 3, 7); // the same of blocks 2 and 3
  const fourth = v128.shuffle<i32>(word2, word3, 2, 6, 3, 7);
  block2 = v128.shuffle<i64>(third, fourth, 0, 2);
  block3 = v128.shuffle<i64>(third, fourth, 1, 3);
}

/** The words of the next block of those drawn. */
function nextFour(): v128 {
  const next = block0;
  block0 = block1;
  block1 = block2;
  block2 = block3;
  return next;
}
