/**
 * Dropout with a mask that is a pure function of (key, step, index). Twin: ../reference/dropout.ts.
 *
 * begin and end count elements; begin is a multiple of 16, the numbers of four random blocks.
 */
import { drawSixteen, nextFour } from "./philox";
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
    drawSixteen(i >> 2, step, 2, key0, key1);
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
