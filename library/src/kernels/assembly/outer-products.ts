/**
 * The inner loop of convolutions and matrix products: 6 × 8 sums (4 × 8 in the plain build) are kept in registers while
 * steps go by. In each step six numbers meet eight:
 *
 *   c[i, j] += a[i, step] · b[step, j]
 *
 * Number a[i, step] lies at `places[i] + offsets[step]`. Forward, places are the pixels under windows and offsets are
 * taps; for the gradient of the weights places are taps and offsets are pixels. So nothing need be copied together
 * first, though windows overlap and lie anywhere.
 */
import { MultiplyAdd } from "./multiply-add";
import { Four } from "./tail";

/** 6 · 2 sums, 2 of b, 1 of a: all 15 registers. Without a fused multiplication products need some too. */
export const PLACES = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;
export const COLUMNS = 8;

const ROW: usize = 32; // bytes of eight numbers

/** How sums begin and end. */
@unmanaged
export class Ending {
  /** Whether what stands in c is added. */
  adds: bool;
  /** Nothing smaller is stored: 0 for a ReLU, else −∞. */
  least: f32;
  /** What the sums of a row begin with: eight numbers. */
  first0: f32;
  first1: f32;
  first2: f32;
  first3: f32;
  first4: f32;
  first5: f32;
  first6: f32;
  first7: f32;

  @inline get low(): v128 {
    return v128.load(changetype<usize>(this), offsetof<Ending>("first0"));
  }

  @inline get high(): v128 {
    return v128.load(changetype<usize>(this), offsetof<Ending>("first4"));
  }

  /** Sums begin with `columns` numbers at an address, or with 0 if that is 0. */
  beginWith(address: usize, columns: i32): void {
    const low = address == 0 ? f32x4.splat(0) : Four.load(address, columns);
    const high = address == 0 || columns <= 4 ? f32x4.splat(0) : Four.load(address + 16, columns - 4);
    v128.store(changetype<usize>(this), low, offsetof<Ending>("first0"));
    v128.store(changetype<usize>(this), high, offsetof<Ending>("first4"));
  }
}

/**
 * The sums of `count` steps are written to PLACES rows of c that lie `row` bytes apart.
 * In b, `step` bytes lie between steps. `places` holds as many addresses, and more.
 */
export function multiplyTile(
  places: usize,
  offsets: usize,
  count: i32,
  b: usize,
  step: usize,
  c: usize,
  row: usize,
  ending: Ending,
): void {
  const a0 = load<u32>(places);
  const a1 = load<u32>(places, 4);
  const a2 = load<u32>(places, 8);
  const a3 = load<u32>(places, 12);
  const a4 = load<u32>(places, 16);
  const a5 = load<u32>(places, 20);
  const low = ending.low;
  const high = ending.high;
  let c00 = low,
    c01 = high;
  let c10 = low,
    c11 = high;
  let c20 = low,
    c21 = high;
  let c30 = low,
    c31 = high;
  let c40 = low,
    c41 = high;
  let c50 = low,
    c51 = high;
  const end = offsets + ((<usize>count) << 2);
  for (; offsets < end; offsets += 4) {
    const offset = load<u32>(offsets);
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    b += step;
    let x = v128.load32_splat(a0 + offset);
    c00 = MultiplyAdd.of(x, b0, c00);
    c01 = MultiplyAdd.of(x, b1, c01);
    x = v128.load32_splat(a1 + offset);
    c10 = MultiplyAdd.of(x, b0, c10);
    c11 = MultiplyAdd.of(x, b1, c11);
    x = v128.load32_splat(a2 + offset);
    c20 = MultiplyAdd.of(x, b0, c20);
    c21 = MultiplyAdd.of(x, b1, c21);
    x = v128.load32_splat(a3 + offset);
    c30 = MultiplyAdd.of(x, b0, c30);
    c31 = MultiplyAdd.of(x, b1, c31);
    if (PLACES > 4) {
      x = v128.load32_splat(a4 + offset);
      c40 = MultiplyAdd.of(x, b0, c40);
      c41 = MultiplyAdd.of(x, b1, c41);
    }
    if (PLACES > 5) {
      x = v128.load32_splat(a5 + offset);
      c50 = MultiplyAdd.of(x, b0, c50);
      c51 = MultiplyAdd.of(x, b1, c51);
    }
  }
  if (ending.adds) {
    Row.add(c, c00, c01, ending);
    Row.add(c + row, c10, c11, ending);
    Row.add(c + row * 2, c20, c21, ending);
    Row.add(c + row * 3, c30, c31, ending);
    if (PLACES > 4) Row.add(c + row * 4, c40, c41, ending);
    if (PLACES > 5) Row.add(c + row * 5, c50, c51, ending);
  } else {
    Row.set(c, c00, c01, ending);
    Row.set(c + row, c10, c11, ending);
    Row.set(c + row * 2, c20, c21, ending);
    Row.set(c + row * 3, c30, c31, ending);
    if (PLACES > 4) Row.set(c + row * 4, c40, c41, ending);
    if (PLACES > 5) Row.set(c + row * 5, c50, c51, ending);
  }
}

/** Eight sums on their way into memory. */
class Row {
  @inline static set(c: usize, low: v128, high: v128, ending: Ending): void {
    const least = f32x4.splat(ending.least);
    v128.store(c, f32x4.max(low, least));
    v128.store(c, f32x4.max(high, least), 16);
  }

  @inline static add(c: usize, low: v128, high: v128, ending: Ending): void {
    Row.set(c, f32x4.add(v128.load(c), low), f32x4.add(v128.load(c, 16), high), ending);
  }
}

/**
 * The same where fewer rows or columns exist, or rows do not lie equally far apart: the address of each
 * stands in a list. The sums go by way of `tile`, 192 bytes. Columns of b that are missing hold anything.
 */
export function multiplySome(
  places: usize,
  offsets: usize,
  count: i32,
  b: usize,
  step: usize,
  targets: usize,
  rows: i32,
  columns: i32,
  column: usize,
  tile: usize,
  ending: Ending,
): void {
  for (let i = 0; i < rows && ending.adds; i++) {
    memory.copy(tile + <usize>i * ROW, <usize>load<u32>(targets + ((<usize>i) << 2)) + column, (<usize>columns) << 2);
  }
  multiplyTile(places, offsets, count, b, step, tile, ROW, ending);
  for (let i = 0; i < rows; i++) {
    const to = <usize>load<u32>(targets + ((<usize>i) << 2)) + column;
    const from = tile + <usize>i * ROW;
    if (columns >= COLUMNS) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    } else for (let j: usize = 0; j < (<usize>columns) << 2; j += 4) store<f32>(to + j, load<f32>(from + j));
  }
}
