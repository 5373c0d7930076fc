/**
 * y = eˣ in f32, four at a time. Twin: ../reference/exp.ts.
 *
 * `eˣ = 2ᵏ · eʳ`, where `k = round(x / ln 2)` and `r = x − k·ln 2`, so |r| ≤ 0.347
 *
 * ln 2 is subtracted in two pieces [Muller16]; the high one has 16 bits, so its product with k is exact. For eʳ the
 * Taylor series up to r⁷/7! is enough: the next term is below 5e-9.
 *
 * Largest error 1.0 ulp over all f32 (measured by the parity test, which asserts its bound); exact at 0, ±Infinity.
 */
import { map, mapBackward } from "./elementwise";

const LOG2_E: f32 = 1.4426950408889634; // 1 / ln 2
export const LN2_HIGH: f32 = 0.693145751953125; // 0xb172 / 2¹⁶
export const LN2_LOW: f32 = 1.4286068203094173e-6; // ln 2 − LN2_HIGH

export class Exp {
  @inline of(x: v128): v128 {
    // beyond these bounds the result is 0 or Infinity anyway; pmin and pmax hand a NaN on
    const held = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-104));
    const k = Exp.exponent(held);
    const above1 = Exp.above1(Exp.remainder(held, k));
    return Exp.timesPowerOfTwo(f32x4.add(f32x4.splat(1), above1), i32x4.trunc_sat_f32x4_s(k));
  }

  @inline slope(y: v128, dy: v128): v128 {
    return f32x4.mul(dy, y);
  }

  /** `k = round(x / ln 2)`, as f32. */
  @inline static exponent(x: v128): v128 {
    return f32x4.nearest(f32x4.mul(x, f32x4.splat(LOG2_E)));
  }

  /** `r = x − k·ln 2` */
  @inline static remainder(x: v128, k: v128): v128 {
    const coarse = f32x4.sub(x, f32x4.mul(k, f32x4.splat(LN2_HIGH)));
    return f32x4.sub(coarse, f32x4.mul(k, f32x4.splat(LN2_LOW)));
  }

  /** `eʳ − 1 = r + r²·(1/2! + r/3! + r²/4! + …)` */
  @inline static above1(r: v128): v128 {
    let rest = f32x4.splat(<f32>(1.0 / 5040.0));
    rest = f32x4.add(f32x4.mul(rest, r), f32x4.splat(<f32>(1.0 / 720.0)));
    rest = f32x4.add(f32x4.mul(rest, r), f32x4.splat(<f32>(1.0 / 120.0)));
    rest = f32x4.add(f32x4.mul(rest, r), f32x4.splat(<f32>(1.0 / 24.0)));
    rest = f32x4.add(f32x4.mul(rest, r), f32x4.splat(<f32>(1.0 / 6.0)));
    rest = f32x4.add(f32x4.mul(rest, r), f32x4.splat(0.5));
    return f32x4.add(r, f32x4.mul(f32x4.mul(r, r), rest));
  }

  /** v · 2ᵏ in two steps, for 2ᵏ itself may be no normal number; only the second step can round. */
  @inline static timesPowerOfTwo(v: v128, k: v128): v128 {
    const half = i32x4.shr_s(k, 1);
    return f32x4.mul(f32x4.mul(v, Exp.powerOfTwo(half)), Exp.powerOfTwo(i32x4.sub(k, half)));
  }

  /** 2ᵏ for −126 ≤ k ≤ 127, by writing k into the exponent bits. */
  @inline static powerOfTwo(k: v128): v128 {
    return i32x4.shl(i32x4.add(k, i32x4.splat(127)), 23);
  }
}

export function exp(x: usize, y: usize, begin: i32, end: i32): void {
  map<Exp>(x, y, begin, end);
}

export function expBackward(y: usize, dy: usize, dx: usize, begin: i32, end: i32): void {
  mapBackward<Exp>(y, dy, dx, begin, end);
}
