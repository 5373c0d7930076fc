/** y = −x. Twin: ../reference/negate.ts. */
import { map } from "./elementwise";

class Negate {
  @inline of(x: v128): v128 {
    return f32x4.neg(x);
  }
}

export function negate(x: usize, y: usize, begin: i32, end: i32): void {
  map<Negate>(x, y, begin, end);
}
