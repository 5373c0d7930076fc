/** Four f32 numbers as two pairs of f64, for sums that must not lose the small ones. */
export class Wide {
  /** Numbers 0 and 1. */
  @inline static low(v: v128): v128 {
    return f64x2.promote_low_f32x4(v);
  }

  /** Numbers 2 and 3. */
  @inline static high(v: v128): v128 {
    return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
  }

  /** Back to four f32. */
  @inline static join(low: v128, high: v128): v128 {
    return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
  }

  /** The sum of four f64 in a fixed order. */
  @inline static total(low: v128, high: v128): f64 {
    const pair = f64x2.add(low, high);
    return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
  }
}
