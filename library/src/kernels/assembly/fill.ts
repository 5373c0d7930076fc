/** y = value; zeros by the host's own fast way. begin and end count elements. Twin: ../reference/fill.ts. */
import { Tail } from "./tail";

export function fill(y: usize, value: f32, begin: i32, end: i32): void {
  if (value == 0) {
    memory.fill(y + ((<usize>begin) << 2), 0, (<usize>(end - begin)) << 2);
    return;
  }
  const four = f32x4.splat(value);
  const whole = begin + ((end - begin) & ~3);
  for (let i = begin; i < whole; i += 4) v128.store(y + ((<usize>i) << 2), four);
  if (whole < end) Tail.store(y + ((<usize>whole) << 2), four, end - whole);
}
