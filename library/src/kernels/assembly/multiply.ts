/** y = a·b, each read through its strides. Twin: ../reference/multiply.ts. */
import { addStrided, mapStrided } from "./strided";

class Multiply {
  @inline of(a: v128, b: v128): v128 {
    return f32x4.mul(a, b);
  }
}

export class Product {
  @inline of(dy: v128, other: v128, _none: v128): v128 {
    return f32x4.mul(dy, other);
  }
}

/** begin and end count elements of y. */
export function multiply(
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
  mapStrided<Multiply>(a, b, y, n1, n2, n3, a0, a1, a2, a3, b0, b1, b2, b3, begin, end);
}

/** begin and end cut the axis numbered `axis` (see strided.ts). */
export function multiplyBackward(
  dy: usize,
  other: usize,
  dx: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  other0: i32,
  other1: i32,
  other2: i32,
  other3: i32,
  dx0: i32,
  dx1: i32,
  dx2: i32,
  dx3: i32,
  axis: i32,
  begin: i32,
  end: i32,
): void {
  const dy2 = n3;
  const dy1 = dy2 * n2;
  const dy0 = dy1 * n1;
  addStrided<Product>(
    dy,
    other,
    0,
    dx,
    n0,
    n1,
    n2,
    n3,
    dy0,
    dy1,
    dy2,
    1,
    other0,
    other1,
    other2,
    other3,
    dx0,
    dx1,
    dx2,
    dx3,
    axis,
    begin,
    end,
  );
}
