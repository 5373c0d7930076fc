/** y = √x, correctly rounded by the machine. Twin: ../reference/square-root.ts. */
import { map, mapBackward } from "./elementwise";

export class SquareRoot {
  @inline of(x: v128): v128 {
    return f32x4.sqrt(x);
  }
  @inline slope(y: v128, dy: v128): v128 {
    return f32x4.div(dy, f32x4.add(y, y));
  }
}

export function squareRoot(x: usize, y: usize, begin: i32, end: i32): void {
  map<SquareRoot>(x, y, begin, end);
}

export function squareRootBackward(y: usize, dy: usize, dx: usize, begin: i32, end: i32): void {
  mapBackward<SquareRoot>(y, dy, dx, begin, end);
}
