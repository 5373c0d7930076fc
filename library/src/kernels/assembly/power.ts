/**
 * y = xⁿ. Twin: ../reference/power.ts.
 *
 * The exponents 2, 3, ½ and −1 are one or two machine operations, four at a time. All others go through
 * `xⁿ = e^(n·ln x)`, one at a time in f64: an error of the exponent grows up to a hundredfold in the result, and f64
 * has digits to spare. So its error is only the last rounding to f32.
 */
import { map, mapBackward } from "./elementwise";
import { SquareRoot } from "./square-root";

class Square {
  @inline of(x: v128): v128 {
    return f32x4.mul(x, x);
  }
  @inline slope(x: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.add(x, x));
  }
}

class Cube {
  @inline of(x: v128): v128 {
    return f32x4.mul(f32x4.mul(x, x), x);
  }
  @inline slope(x: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(f32x4.splat(3), f32x4.mul(x, x)));
  }
}

class Root {
  @inline slope(x: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.div(f32x4.splat(0.5), f32x4.sqrt(x)));
  }
}

class Reciprocal {
  @inline of(x: v128): v128 {
    return f32x4.div(f32x4.splat(1), x);
  }
  @inline slope(x: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.div(f32x4.splat(-1), f32x4.mul(x, x)));
  }
}

export function power(x: usize, y: usize, exponent: f64, begin: i32, end: i32): void {
  if (exponent == 2) return map<Square>(x, y, begin, end);
  if (exponent == 3) return map<Cube>(x, y, begin, end);
  if (exponent == 0.5) return map<SquareRoot>(x, y, begin, end);
  if (exponent == -1) return map<Reciprocal>(x, y, begin, end);
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 2;
    store<f32>(y + at, <f32>pow(load<f32>(x + at), exponent));
  }
}

export function powerBackward(x: usize, dy: usize, dx: usize, exponent: f64, begin: i32, end: i32): void {
  if (exponent == 0) return; // x⁰ is 1 everywhere, also at 0, where 0·x⁻¹ would be NaN
  if (exponent == 2) return mapBackward<Square>(x, dy, dx, begin, end);
  if (exponent == 3) return mapBackward<Cube>(x, dy, dx, begin, end);
  if (exponent == 0.5) return mapBackward<Root>(x, dy, dx, begin, end);
  if (exponent == -1) return mapBackward<Reciprocal>(x, dy, dx, begin, end);
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 2;
    const slope = exponent * pow(load<f32>(x + at), exponent - 1);
    store<f32>(dx + at, <f32>(<f64>load<f32>(dx + at) + <f64>load<f32>(dy + at) * slope));
  }
}

/** xⁿ for an x that was an f32; what exceeds f32 by far comes out as a huge or tiny number, and rounds to ∞ or 0. */
function pow(x: f64, n: f64): f64 {
  if (n == 0 || x == 1) return 1;
  if (x != x || n != n) return NaN;
  const whole = floor(n) == n;
  const odd = whole && floor(n / 2) * 2 != n;
  const size = abs(x);
  const sign: f64 = odd && reinterpret<i64>(x) < 0 ? -1 : 1;
  if (size == 1 && whole) return sign;
  if (size == 0 || size == Infinity || abs(n) == Infinity) return sign * (size > 1 == n > 0 ? Infinity : 0);
  if (x < 0 && !whole) return NaN;
  return sign * expOf(n * logOf(size));
}

const SQRT_HALF_BITS: i64 = reinterpret<i64>(0.7071067811865476); // of √½ as f64

/** ln x in f64, for normal x > 0, to about 1e-15: the method of log.ts with more terms. */
export function logOf(x: f64): f64 {
  const above = reinterpret<i64>(x) - SQRT_HALF_BITS;
  const k = <f64>(above >> 52);
  const m = reinterpret<f64>((above & 0xfffffffffffff) + SQRT_HALF_BITS);
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let rest: f64 = 2.0 / 19.0;
  rest = rest * square + 2.0 / 17.0;
  rest = rest * square + 2.0 / 15.0;
  rest = rest * square + 2.0 / 13.0;
  rest = rest * square + 2.0 / 11.0;
  rest = rest * square + 2.0 / 9.0;
  rest = rest * square + 2.0 / 7.0;
  rest = rest * square + 2.0 / 5.0;
  rest = rest * square + 2.0 / 3.0;
  return k * 0.6931471805599453 + (2 * s + s * square * rest); // nearest f64 to ln 2
}

/** eˣ in f64 to about 1e-14, held between e⁻²⁰⁰ and e²⁰⁰, far outside f32 both. */
export function expOf(x: f64): f64 {
  const held = min(max(x, -200), 200);
  const k = nearest(held * 1.4426950408889634); // 1 / ln 2
  const r = held - k * 0.6931471805599453;
  let sum: f64 = 1.0 / 479001600.0; // 1/12!, then 1/11! and so on
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1;
  sum = sum * r + 1;
  return sum * reinterpret<f64>((<i64>k + 1023) << 52);
}
