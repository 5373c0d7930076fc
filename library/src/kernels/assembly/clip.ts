/** y = x, held between two bounds; pmin and pmax hand a NaN on. begin and end count elements. Twin: ../reference/clip.ts. */
import { Four } from "./tail";

class Clip {
  @inline static forward(x: usize, y: usize, minimum: f32, maximum: f32, left: i32): void {
    const held = f32x4.pmax(Four.load(x, left), f32x4.splat(minimum));
    Four.store(y, f32x4.pmin(held, f32x4.splat(maximum)), left);
  }

  @inline static backward(x: usize, dy: usize, dx: usize, minimum: f32, maximum: f32, left: i32): void {
    const value = Four.load(x, left);
    const inside = v128.and(f32x4.ge(value, f32x4.splat(minimum)), f32x4.le(value, f32x4.splat(maximum)));
    const amount = v128.and(inside, Four.load(dy, left));
    Four.store(dx, f32x4.add(Four.load(dx, left), amount), left);
  }
}

export function clip(x: usize, y: usize, minimum: f32, maximum: f32, begin: i32, end: i32): void {
  let at = (<usize>begin) << 2;
  let left = end - begin;
  for (; left >= 4; left -= 4) {
    Clip.forward(x + at, y + at, minimum, maximum, 4);
    at += 16;
  }
  if (left > 0) Clip.forward(x + at, y + at, minimum, maximum, left);
}

export function clipBackward(x: usize, dy: usize, dx: usize, minimum: f32, maximum: f32, begin: i32, end: i32): void {
  let at = (<usize>begin) << 2;
  let left = end - begin;
  for (; left >= 4; left -= 4) {
    Clip.backward(x + at, dy + at, dx + at, minimum, maximum, 4);
    at += 16;
  }
  if (left > 0) Clip.backward(x + at, dy + at, dx + at, minimum, maximum, left);
}
