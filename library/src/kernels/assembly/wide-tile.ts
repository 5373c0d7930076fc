/**
 * A tile of 3 × 12 sums, for a last panel with up to four columns beside it: as the ten classes of a last layer, for which
 * two panels would compute sixteen. 3 · 3 sums, 3 of b, 1 of a: 13 registers, where products need none.
 */
import { MultiplyAdd } from "./multiply-add";
import { Ending } from "./outer-products";
import { Four } from "./tail";

export const WIDE_ROWS = 3;

/**
 * The sums of `count` steps are written to `rows` (1 to 3) rows of c that lie `pitch` bytes apart, `columns` (9 to 12) of
 * each. b lies in two panels, `next` bytes apart, and `step` bytes lie between steps. Sums begin with `bias`, if it is not 0.
 */
export function multiplyWide(
  places: usize,
  offsets: usize,
  count: i32,
  b: usize,
  step: usize,
  next: usize,
  c: usize,
  pitch: usize,
  rows: i32,
  columns: i32,
  bias: usize,
  ending: Ending,
): void {
  const a0 = load<u32>(places);
  const a1 = load<u32>(places, 4);
  const a2 = load<u32>(places, 8);
  let c00 = f32x4.splat(0),
    c01 = c00,
    c02 = c00;
  if (bias) {
    c00 = v128.load(bias);
    c01 = v128.load(bias, 16);
    c02 = Four.load(bias + 32, columns - 8);
  }
  let c10 = c00,
    c11 = c01,
    c12 = c02;
  let c20 = c00,
    c21 = c01,
    c22 = c02;
  const end = offsets + ((<usize>count) << 2);
  for (; offsets < end; offsets += 4) {
    const offset = load<u32>(offsets);
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b + next);
    b += step;
    let x = v128.load32_splat(a0 + offset);
    c00 = MultiplyAdd.of(x, b0, c00);
    c01 = MultiplyAdd.of(x, b1, c01);
    c02 = MultiplyAdd.of(x, b2, c02);
    x = v128.load32_splat(a1 + offset);
    c10 = MultiplyAdd.of(x, b0, c10);
    c11 = MultiplyAdd.of(x, b1, c11);
    c12 = MultiplyAdd.of(x, b2, c12);
    x = v128.load32_splat(a2 + offset);
    c20 = MultiplyAdd.of(x, b0, c20);
    c21 = MultiplyAdd.of(x, b1, c21);
    c22 = MultiplyAdd.of(x, b2, c22);
  }
  Twelve.store(c, c00, c01, c02, columns, ending);
  if (rows > 1) Twelve.store(c + pitch, c10, c11, c12, columns, ending);
  if (rows > 2) Twelve.store(c + pitch * 2, c20, c21, c22, columns, ending);
}

/** Nine to twelve sums on their way into memory. */
class Twelve {
  @inline static store(c: usize, low: v128, middle: v128, high: v128, columns: i32, ending: Ending): void {
    const least = f32x4.splat(ending.least);
    if (ending.adds) {
      low = f32x4.add(v128.load(c), low);
      middle = f32x4.add(v128.load(c, 16), middle);
      high = f32x4.add(Four.load(c + 32, columns - 8), high);
    }
    v128.store(c, f32x4.max(low, least));
    v128.store(c, f32x4.max(middle, least), 16);
    Four.store(c + 32, f32x4.max(high, least), columns - 8);
  }
}
