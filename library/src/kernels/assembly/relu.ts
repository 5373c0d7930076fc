/** y = max(x, 0); f32x4.max hands a NaN on. Twin: ../reference/relu.ts. */
import { map, mapBackward } from "./elementwise";

class Relu {
  @inline of(x: v128): v128 {
    return f32x4.max(x, f32x4.splat(0));
  }
  @inline slope(y: v128, dy: v128): v128 {
    return v128.and(f32x4.gt(y, f32x4.splat(0)), dy);
  }
}

export function relu(x: usize, y: usize, begin: i32, end: i32): void {
  map<Relu>(x, y, begin, end);
}

export function reluBackward(y: usize, dy: usize, dx: usize, begin: i32, end: i32): void {
  mapBackward<Relu>(y, dy, dx, begin, end);
}
