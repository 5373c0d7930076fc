/**
 * The walk over plain arrays that the elementwise kernels share: four numbers at a time, then the tail.
 *
 * What happens to the numbers stands in a class without fields, `T`: `of(x)` forward, `slope(a, dy)` backward; the walks
 * whose names end in `With` hand it one setting more, the same for all elements.
 * `changetype<T>(0)` is the empty object that its methods are called on; they are inlined, and nothing is left of it.
 *
 * begin and end count elements.
 */
import { Tail } from "./tail";

/** y = of(x) */
export function map<T>(x: usize, y: usize, begin: i32, end: i32): void {
  const whole = begin + ((end - begin) & ~3);
  for (let i = begin; i < whole; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(y + at, changetype<T>(0).of(v128.load(x + at)));
  }
  if (whole < end) {
    const at = (<usize>whole) << 2;
    Tail.store(y + at, changetype<T>(0).of(Tail.load(x + at, end - whole, 0)), end - whole);
  }
}

/** dx += slope(a, dy), where a is the x or the y of the forward kernel */
export function mapBackward<T>(a: usize, dy: usize, dx: usize, begin: i32, end: i32): void {
  const whole = begin + ((end - begin) & ~3);
  for (let i = begin; i < whole; i += 4) {
    const at = (<usize>i) << 2;
    const amount = changetype<T>(0).slope(v128.load(a + at), v128.load(dy + at));
    v128.store(dx + at, f32x4.add(v128.load(dx + at), amount));
  }
  if (whole < end) {
    const at = (<usize>whole) << 2;
    const count = end - whole;
    const amount = changetype<T>(0).slope(Tail.load(a + at, count, 0), Tail.load(dy + at, count, 0));
    Tail.store(dx + at, f32x4.add(Tail.load(dx + at, count, 0), amount), count);
  }
}

/** y = of(x, setting) */
export function mapWith<T>(x: usize, y: usize, setting: f32, begin: i32, end: i32): void {
  const four = f32x4.splat(setting);
  const whole = begin + ((end - begin) & ~3);
  for (let i = begin; i < whole; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(y + at, changetype<T>(0).of(v128.load(x + at), four));
  }
  if (whole < end) {
    const at = (<usize>whole) << 2;
    Tail.store(y + at, changetype<T>(0).of(Tail.load(x + at, end - whole, 0), four), end - whole);
  }
}

/** dx += slope(a, dy, setting) */
export function mapBackwardWith<T>(a: usize, dy: usize, dx: usize, setting: f32, begin: i32, end: i32): void {
  const four = f32x4.splat(setting);
  const whole = begin + ((end - begin) & ~3);
  for (let i = begin; i < whole; i += 4) {
    const at = (<usize>i) << 2;
    const amount = changetype<T>(0).slope(v128.load(a + at), v128.load(dy + at), four);
    v128.store(dx + at, f32x4.add(v128.load(dx + at), amount));
  }
  if (whole < end) {
    const at = (<usize>whole) << 2;
    const count = end - whole;
    const amount = changetype<T>(0).slope(Tail.load(a + at, count, 0), Tail.load(dy + at, count, 0), four);
    Tail.store(dx + at, f32x4.add(Tail.load(dx + at, count, 0), amount), count);
  }
}
