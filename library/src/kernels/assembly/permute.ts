/**
 * y = x in another order of axes. begin and end count elements of y. Twin: ../reference/permute.ts.
 *
 * Rows that stay rows are copied whole; of the others four numbers are collected at a time.
 */
import { mapStrided } from "./strided";

class First {
  @inline of(a: v128, _none: v128): v128 {
    return a;
  }
}

export function permute(
  x: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  x0: i32,
  x1: i32,
  x2: i32,
  x3: i32,
  begin: i32,
  end: i32,
): void {
  mapStrided<First>(x, x, y, n1, n2, n3, x0, x1, x2, x3, 0, 0, 0, 0, begin, end);
}
