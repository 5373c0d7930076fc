/**
 * y = x·Φ(x), four at a time. begin and end count elements. Twin: ../reference/gelu.ts.
 *
 * Everything comes from the share beyond |x|, which is small and has all its digits:
 *
 *   Φ(−|x|) = e^(−x²/2) · s·P(w),  s = 1 / (1 + 3/8·|x|),  w = 1 − s,  and  Φ(|x|) = 1 − Φ(−|x|)
 *
 * P has degree 9; scripts/approximations/normal-tail.py finds its coefficients, with a relative error of 1.4e-8.
 *
 * An error of x²/2 would be one of the exponential, up to a hundred times as large. So |x| is cut into `top`, whose
 * square is exact, and `rest`: x² = top² + rest·(|x| + top), and the two parts go into the exponential one after the other.
 *
 * Largest error 6.4 ulp over all f32 (functions.test.ts asserts the bound).
 */
import { map, mapBackward } from "./elementwise";
import { Exp } from "./exp";

class Gelu {
  @inline of(x: v128): v128 {
    const held = Gelu.held(x);
    const size = f32x4.abs(held);
    const ratio = Gelu.ratio(size);
    const negative = f32x4.lt(x, f32x4.splat(0));
    // below 0 the result itself may be a subnormal number, so all of its factors are together when 2ᵏ comes in
    const v = Gelu.bell(size, v128.bitselect(f32x4.mul(held, ratio), ratio, negative));
    return v128.bitselect(v, f32x4.mul(x, f32x4.sub(f32x4.splat(1), v)), negative);
  }

  /** `Φ(x) + x·φ(x)` */
  @inline slope(x: v128, dy: v128): v128 {
    const one = f32x4.splat(1);
    const held = Gelu.held(x);
    const size = f32x4.abs(held);
    const bell = Gelu.bell(size, one);
    const beyond = f32x4.mul(bell, Gelu.ratio(size));
    const share = v128.bitselect(beyond, f32x4.sub(one, beyond), f32x4.lt(x, f32x4.splat(0)));
    const density = f32x4.mul(f32x4.splat(0.3989422804014327), bell); // φ(x): the factor is 1 / √(2π)
    return f32x4.mul(dy, f32x4.add(share, f32x4.mul(held, density)));
  }

  /** x within ±15, beyond which f32 holds no Φ(−|x|); pmin and pmax hand a NaN on. */
  @inline static held(x: v128): v128 {
    return f32x4.pmax(f32x4.pmin(x, f32x4.splat(15)), f32x4.splat(-15));
  }

  /** `factor·e^(−x²/2)` for x ≥ 0 */
  @inline static bell(x: v128, factor: v128): v128 {
    const half = f32x4.splat(-0.5);
    const top = v128.and(x, i32x4.splat(0xfffff000)); // 12 bits
    const rest = f32x4.mul(f32x4.mul(half, f32x4.sub(x, top)), f32x4.add(x, top));
    const main = f32x4.mul(half, f32x4.mul(top, top));
    const k = Exp.exponent(f32x4.add(main, rest));
    const above1 = Exp.above1(f32x4.add(Exp.remainder(main, k), rest));
    const product = f32x4.mul(factor, f32x4.add(f32x4.splat(1), above1));
    return Exp.timesPowerOfTwo(product, i32x4.trunc_sat_f32x4_s(k));
  }

  /** `e^(x²/2)·Φ(−x) = s·P(w)` for x ≥ 0 */
  @inline static ratio(x: v128): v128 {
    const one = f32x4.splat(1);
    const scaled = f32x4.mul(f32x4.splat(0.375), x);
    const s = f32x4.div(one, f32x4.add(one, scaled));
    const w = f32x4.mul(scaled, s);
    let P = f32x4.splat(-0.02054867023546237);
    P = f32x4.add(f32x4.mul(P, w), f32x4.splat(0.052768320325629434));
    P = f32x4.add(f32x4.mul(P, w), f32x4.splat(-0.0231129128208043));
    P = f32x4.add(f32x4.mul(P, w), f32x4.splat(-0.008428964386683448));
    P = f32x4.add(f32x4.mul(P, w), f32x4.splat(-0.04142614422638715));
    P = f32x4.add(f32x4.mul(P, w), f32x4.splat(-0.01624411531528378));
    P = f32x4.add(f32x4.mul(P, w), f32x4.splat(0.12037529300766689));
    P = f32x4.add(f32x4.mul(P, w), f32x4.splat(0.15005586099014975));
    P = f32x4.add(f32x4.mul(P, w), f32x4.splat(-0.5638449641750598));
    P = f32x4.add(f32x4.mul(P, w), f32x4.splat(0.49999999307630927));
    return f32x4.mul(s, P);
  }
}

export function gelu(x: usize, y: usize, begin: i32, end: i32): void {
  map<Gelu>(x, y, begin, end);
}

export function geluBackward(x: usize, dy: usize, dx: usize, begin: i32, end: i32): void {
  mapBackward<Gelu>(x, dy, dx, begin, end);
}
