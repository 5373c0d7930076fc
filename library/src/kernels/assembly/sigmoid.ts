/**
 * y = 1 / (1 + e⁻ˣ) in f32. Twin: ../reference/sigmoid.ts.
 *
 * `e = e^{−|x|}` never overflows; the result is 1/(1 + e) for x ≥ 0 and e/(1 + e) below.
 *
 * Largest error 2.5 ulp over all f32 (the parity test asserts the bound).
 */
import { map, mapBackward } from "./elementwise";
import { Exp } from "./exp";

export class Sigmoid {
  @inline of(x: v128): v128 {
    const one = f32x4.splat(1);
    const e = changetype<Exp>(0).of(f32x4.neg(f32x4.abs(x)));
    const numerator = v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0)));
    return f32x4.div(numerator, f32x4.add(one, e));
  }

  @inline slope(y: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)));
  }
}

export function sigmoid(x: usize, y: usize, begin: i32, end: i32): void {
  map<Sigmoid>(x, y, begin, end);
}

export function sigmoidBackward(y: usize, dy: usize, dx: usize, begin: i32, end: i32): void {
  mapBackward<Sigmoid>(y, dy, dx, begin, end);
}
