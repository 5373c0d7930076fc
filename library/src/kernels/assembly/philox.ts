/**
 * Philox4x32-10, four blocks at a time: lane b of every vector belongs to block b. Twin: philox in base/rng.ts.
 *
 * A function gives back one vector only, so the four result vectors are left in word0 … word3, which every thread has
 * for itself.
 *
 * @see [Salmon11]
 */
export let word0: v128 = i32x4.splat(0);
export let word1: v128 = i32x4.splat(0);
export let word2: v128 = i32x4.splat(0);
export let word3: v128 = i32x4.splat(0);

/** Blocks with the counters [first + b, step's low and high word, domain]. */
export function philox(first: i32, step: f64, domain: i32, key0: i32, key1: i32): void {
  let c0 = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(<i32>(<u64>step));
  let c2 = i32x4.splat(<i32>(<u64>step >> 32));
  let c3 = i32x4.splat(domain);
  const multiplier0 = i32x4.splat(0xd2511f53);
  const multiplier1 = i32x4.splat(0xcd9e8d57);
  for (let round = 0; round < 10; round++) {
    // the 64-bit products of lanes 0, 1 and of lanes 2, 3; then all lower and all upper halves
    const a01 = i64x2.extmul_low_i32x4_u(c0, multiplier0);
    const a23 = i64x2.extmul_high_i32x4_u(c0, multiplier0);
    const b01 = i64x2.extmul_low_i32x4_u(c2, multiplier1);
    const b23 = i64x2.extmul_high_i32x4_u(c2, multiplier1);
    c0 = v128.xor(v128.xor(v128.shuffle<i32>(b01, b23, 1, 3, 5, 7), c1), i32x4.splat(key0));
    c1 = v128.shuffle<i32>(b01, b23, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(v128.shuffle<i32>(a01, a23, 1, 3, 5, 7), c3), i32x4.splat(key1));
    c3 = v128.shuffle<i32>(a01, a23, 0, 2, 4, 6);
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  word0 = c0;
  word1 = c1;
  word2 = c2;
  word3 = c3;
}

/** The words of four blocks, each vector the four words of one block in order. */
let block0: v128 = i32x4.splat(0);
let block1: v128 = i32x4.splat(0);
let block2: v128 = i32x4.splat(0);
let block3: v128 = i32x4.splat(0);

/** Draws sixteen random words in a row: the blocks with the counters [first + b, step, domain]. `nextFour` has them. */
export function drawSixteen(first: i32, step: f64, domain: i32, key0: i32, key1: i32): void {
  philox(first, step, domain, key0, key1);

  // lane b of the four results is block b: turn columns into rows
  const upper = v128.shuffle<i32>(word0, word1, 0, 4, 1, 5); // words 0, 1 of block 0, then of block 1
  const upperRest = v128.shuffle<i32>(word2, word3, 0, 4, 1, 5); // words 2, 3
  block0 = v128.shuffle<i64>(upper, upperRest, 0, 2);
  block1 = v128.shuffle<i64>(upper, upperRest, 1, 3);
  const lower = v128.shuffle<i32>(word0, word1, 2, 6, 3, 7); // the same of blocks 2 and 3
  const lowerRest = v128.shuffle<i32>(word2, word3, 2, 6, 3, 7);
  block2 = v128.shuffle<i64>(lower, lowerRest, 0, 2);
  block3 = v128.shuffle<i64>(lower, lowerRest, 1, 3);
}

/** The words of the next block of those drawn. */
export function nextFour(): v128 {
  const next = block0;
  block0 = block1;
  block1 = block2;
  block2 = block3;
  return next;
}
