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
