/** y = x, held between two bounds; min and max hand a NaN on. begin and end count elements. Twin: ../reference/clip.ts. */
import { Four } from "./tail";

export function clip(x: usize, y: usize, minimum: f32, maximum: f32, begin: i32, end: i32): void {
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const held = f32x4.max(Four.load(x + at, left), f32x4.splat(minimum));
    Four.store(y + at, f32x4.min(held, f32x4.splat(maximum)), left);
    at += 16;
  }
}

export function clipBackward(x: usize, dy: usize, dx: usize, minimum: f32, maximum: f32, begin: i32, end: i32): void {
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const value = Four.load(x + at, left);
    const inside = v128.and(f32x4.ge(value, f32x4.splat(minimum)), f32x4.le(value, f32x4.splat(maximum)));
    const amount = v128.and(inside, Four.load(dy + at, left));
    Four.store(dx + at, f32x4.add(Four.load(dx + at, left), amount), left);
    at += 16;
  }
}
