/** y = x above 0, slope·x elsewhere. begin and end count elements. Twin: ../reference/leaky-relu.ts. */
import { mapBackwardWith, mapWith } from "./elementwise";

class LeakyRelu {
  @inline of(x: v128, slope: v128): v128 {
    return v128.bitselect(x, f32x4.mul(slope, x), f32x4.gt(x, f32x4.splat(0)));
  }
  @inline slope(x: v128, dy: v128, slope: v128): v128 {
    return v128.bitselect(dy, f32x4.mul(slope, dy), f32x4.gt(x, f32x4.splat(0)));
  }
}

export function leakyRelu(x: usize, y: usize, slope: f32, begin: i32, end: i32): void {
  mapWith<LeakyRelu>(x, y, slope, begin, end);
}

export function leakyReluBackward(x: usize, dy: usize, dx: usize, slope: f32, begin: i32, end: i32): void {
  mapBackwardWith<LeakyRelu>(x, dy, dx, slope, begin, end);
}
