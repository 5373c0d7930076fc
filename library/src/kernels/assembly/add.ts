/** y = a + b, each read through its strides. begin and end count elements of y. Twin: ../reference/add.ts. */
import { mapStrided } from "./strided";

class Add {
  @inline of(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
}

export function add(
  a: usize,
  b: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  a3: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  b3: i32,
  begin: i32,
  end: i32,
): void {
  mapStrided<Add>(a, b, y, n1, n2, n3, a0, a1, a2, a3, b0, b1, b2, b3, begin, end);
}
