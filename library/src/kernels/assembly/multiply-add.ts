/**
 * a·b + c for matrix products, where nearly all of the time goes. The relaxed build rounds once, where the processor can;
 * the plain one rounds the product and the sum. It is the only place where the two builds give different bits.
 */

export class MultiplyAdd {
  @inline static of(a: v128, b: v128, c: v128): v128 {
    if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
    return f32x4.add(f32x4.mul(a, b), c);
  }
}

/** The first lane of (1 + 2⁻²³)·(1 − 2⁻²³) − 1: −2⁻⁴⁶ when the product is not rounded, 0 when it is. */
export function fusedProbe(y: usize): void {
  const above = f32x4.splat(reinterpret<f32>(0x3f800001));
  const below = f32x4.splat(reinterpret<f32>(0x3f7ffffe));
  store<f32>(y, f32x4.extract_lane(MultiplyAdd.of(above, below, f32x4.splat(-1)), 0));
}
