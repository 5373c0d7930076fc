/** y = a/b, each read through its strides. Twin: ../reference/divide.ts. */
import { addStrided, mapStrided } from "./strided";

class Divide {
  @inline of(a: v128, b: v128): v128 {
    return f32x4.div(a, b);
  }
}

class Numerator {
  @inline of(dy: v128, b: v128, _none: v128): v128 {
    return f32x4.div(dy, b);
  }
}

class Denominator {
  @inline of(dy: v128, b: v128, y: v128): v128 {
    return f32x4.neg(f32x4.div(f32x4.mul(dy, y), b));
  }
}

/** begin and end count elements of y. */
export function divide(
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
  mapStrided<Divide>(a, b, y, n1, n2, n3, a0, a1, a2, a3, b0, b1, b2, b3, begin, end);
}

/** begin and end cut the axis numbered `axis` (see strided.ts). */
export function divideBackwardNumerator(
  dy: usize,
  b: usize,
  da: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  b3: i32,
  da0: i32,
  da1: i32,
  da2: i32,
  da3: i32,
  axis: i32,
  begin: i32,
  end: i32,
): void {
  const dy2 = n3;
  const dy1 = dy2 * n2;
  const dy0 = dy1 * n1;
  addStrided<Numerator>(
    dy,
    b,
    0,
    da,
    n0,
    n1,
    n2,
    n3,
    dy0,
    dy1,
    dy2,
    1,
    b0,
    b1,
    b2,
    b3,
    da0,
    da1,
    da2,
    da3,
    axis,
    begin,
    end,
  );
}

/** begin and end cut the axis numbered `axis` (see strided.ts). */
export function divideBackwardDenominator(
  dy: usize,
  y: usize,
  b: usize,
  db: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  b3: i32,
  db0: i32,
  db1: i32,
  db2: i32,
  db3: i32,
  axis: i32,
  begin: i32,
  end: i32,
): void {
  const dy2 = n3;
  const dy1 = dy2 * n2;
  const dy0 = dy1 * n1;
  addStrided<Denominator>(
    dy,
    b,
    y,
    db,
    n0,
    n1,
    n2,
    n3,
    dy0,
    dy1,
    dy2,
    1,
    b0,
    b1,
    b2,
    b3,
    db0,
    db1,
    db2,
    db3,
    axis,
    begin,
    end,
  );
}
