/** dy = dy where y > 0, else 0. begin and end count elements. Twin: ../reference/mask-gradient.ts. */
import { Four } from "./tail";

export function maskGradient(y: usize, dy: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const positive = f32x4.gt(Four.load(y + at, end - i), f32x4.splat(0));
    Four.store(dy + at, v128.and(positive, Four.load(dy + at, end - i)), end - i);
  }
}
