/** y = |x|. Twin: ../reference/absolute.ts. */
import { map, mapBackward } from "./elementwise";

class Absolute {
  @inline of(x: v128): v128 {
    return f32x4.abs(x);
  }
  /** dy with its sign turned where x is negative, 0 where x is 0 (or NaN). */
  @inline slope(x: v128, dy: v128): v128 {
    const zero = f32x4.splat(0);
    const sign = v128.and(f32x4.lt(x, zero), i32x4.splat(0x80000000));
    return v128.and(f32x4.gt(f32x4.abs(x), zero), v128.xor(dy, sign));
  }
}

export function absolute(x: usize, y: usize, begin: i32, end: i32): void {
  map<Absolute>(x, y, begin, end);
}

export function absoluteBackward(x: usize, dy: usize, dx: usize, begin: i32, end: i32): void {
  mapBackward<Absolute>(x, dy, dx, begin, end);
}
