/**
 * y = ln x in f32, four at a time. Twin: ../reference/log.ts.
 *
 * `ln x = k·ln 2 + ln m`, where `x = 2ᵏ·m` and √½ ≤ m < √2. With f = m − 1 (exact) and s = f/(2 + f):
 *
 *   ln m = ln((1 + s) / (1 − s)) = 2s + s·R,   R = s²·(2/3 + 2/5·s² + 2/7·s⁴ + 2/9·s⁶)
 *        = f − (f²/2 − s·(f²/2 + R))           since 2s = f − s·f; so the large part f enters unrounded
 *
 * Largest error 0.9 ulp over all f32 (the parity test asserts the bound); −Infinity at ±0, NaN below 0.
 */
import { map, mapBackward } from "./elementwise";
import { LN2_HIGH, LN2_LOW } from "./exp";

const SMALLEST_NORMAL: f32 = 1.1754943508222875e-38; // 2⁻¹²⁶
const SQRT_HALF_BITS: i32 = 0x3f3504f3; // √½ as f32

export class Log {
  @inline of(x: v128): v128 {
    // subnormal numbers have no leading 1 in their bits: bring them up by 2²⁵ and take 25 off k
    const subnormal = f32x4.lt(x, f32x4.splat(SMALLEST_NORMAL));
    const normal = v128.bitselect(f32x4.mul(x, f32x4.splat(33554432)), x, subnormal);

    // counted from √½, the exponent field is k and the rest is m
    const above = i32x4.sub(normal, i32x4.splat(SQRT_HALF_BITS));
    const shift = v128.and(subnormal, i32x4.splat(25));
    const k = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(above, 23), shift));
    const m = i32x4.add(v128.and(above, i32x4.splat(0x7fffff)), i32x4.splat(SQRT_HALF_BITS));

    const f = f32x4.sub(m, f32x4.splat(1));
    const s = f32x4.div(f, f32x4.add(f32x4.splat(2), f));
    const square = f32x4.mul(s, s);
    let R = f32x4.splat(<f32>(2.0 / 9.0));
    R = f32x4.add(f32x4.mul(R, square), f32x4.splat(<f32>(2.0 / 7.0)));
    R = f32x4.add(f32x4.mul(R, square), f32x4.splat(<f32>(2.0 / 5.0)));
    R = f32x4.add(f32x4.mul(R, square), f32x4.splat(<f32>(2.0 / 3.0)));
    R = f32x4.mul(R, square);
    const half = f32x4.mul(f32x4.mul(f32x4.splat(0.5), f), f); // f²/2
    const small = f32x4.add(f32x4.mul(s, f32x4.add(half, R)), f32x4.mul(k, f32x4.splat(LN2_LOW)));
    let y = f32x4.sub(f32x4.mul(k, f32x4.splat(LN2_HIGH)), f32x4.sub(f32x4.sub(half, small), f));

    // what the bits above do not cover
    const zero = f32x4.splat(0);
    const infinity = f32x4.splat(Infinity);
    y = v128.bitselect(y, f32x4.splat(NaN), f32x4.gt(x, zero)); // negative or NaN
    y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, zero));
    return v128.bitselect(x, y, f32x4.eq(x, infinity));
  }

  @inline slope(x: v128, dy: v128): v128 {
    return f32x4.div(dy, x);
  }
}

export function log(x: usize, y: usize, begin: i32, end: i32): void {
  map<Log>(x, y, begin, end);
}

export function logBackward(x: usize, dy: usize, dx: usize, begin: i32, end: i32): void {
  mapBackward<Log>(x, dy, dx, begin, end);
}
