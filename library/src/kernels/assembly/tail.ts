/**
 * The last one, two or three numbers of an array. They are put into the first lanes of a vector and then take exactly
 * the path of all others, so no number's bits depend on where in an array it stands. Nothing beyond the end is touched.
 */

export class Tail {
  /** `count` numbers from `p`, 1 to 3; the other lanes hold `rest`. */
  static load(p: usize, count: i32, rest: f32): v128 {
    return Lanes.load(p, count, rest);
  }

  /** The first `count` lanes of `v` to `p`, 1 to 3. */
  static store(p: usize, v: v128, count: i32): void {
    Lanes.store(p, v, count);
  }
}

/** Four numbers, or as many as are left: for loops whose body is long enough to hide the question. */
export class Four {
  @inline static load(p: usize, left: i32, rest: f32 = 0): v128 {
    return left >= 4 ? v128.load(p) : Lanes.load(p, left, rest);
  }

  @inline static store(p: usize, v: v128, left: i32): void {
    if (left >= 4) v128.store(p, v);
    else Lanes.store(p, v, left);
  }
}

/**
 * Lane by lane. Behind a loop a call does it, which keeps the module small; within a loop even a call that is never made
 * would cost the registers that sums are kept in.
 */
class Lanes {
  @inline static load(p: usize, count: i32, rest: f32): v128 {
    let v = f32x4.replace_lane(f32x4.splat(rest), 0, load<f32>(p));
    if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(p, 4));
    if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(p, 8));
    return v;
  }

  @inline static store(p: usize, v: v128, count: i32): void {
    store<f32>(p, f32x4.extract_lane(v, 0));
    if (count > 1) store<f32>(p, f32x4.extract_lane(v, 1), 4);
    if (count > 2) store<f32>(p, f32x4.extract_lane(v, 2), 8);
  }
}
