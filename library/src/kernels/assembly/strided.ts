/**
 * Walks over arrays that are read or written through strides (see ../loops.ts), a row of the last axis at a time.
 *
 * Rows of neighbours and rows of one repeated number go through vectors; other strides collect their four numbers one
 * by one. The formula is a class without fields, as in elementwise.ts: `of(a, b, c)`.
 */
import { Tail } from "./tail";
import { Wide } from "./wide";

/** Where row number `row` of a four-axis array begins, in bytes: the row is [i, j, k] counted out. */
export function rowOffset(row: i32, n1: i32, n2: i32, s0: i32, s1: i32, s2: i32): usize {
  const k = row % n2;
  const ij = row / n2;
  return (<usize>((ij / n1) * s0 + (ij % n1) * s1 + k * s2)) << 2;
}

class Strided {
  /** Four numbers that lie `stride` apart. */
  @inline static load(p: usize, stride: i32): v128 {
    return stride == 1 ? v128.load(p) : stride == 0 ? v128.load32_splat(p) : collectFour(p, stride);
  }
}

function collectFour(p: usize, stride: i32): v128 {
  const step = (<usize>stride) << 2;
  let v = v128.load32_zero(p);
  v = f32x4.replace_lane(v, 1, load<f32>(p + step));
  v = f32x4.replace_lane(v, 2, load<f32>(p + step * 2));
  return f32x4.replace_lane(v, 3, load<f32>(p + step * 3));
}

/** One to three numbers that lie `stride` apart, then zeros. */
function loadFew(p: usize, stride: i32, count: i32): v128 {
  const step = (<usize>stride) << 2;
  let v = v128.load32_zero(p);
  if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(p + step));
  if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(p + step * 2));
  return v;
}

/** Adds the first `count` lanes of `amount` to numbers that lie `stride` apart, stride not 0. */
function addFour(p: usize, stride: i32, amount: v128, count: i32): void {
  const step = (<usize>stride) << 2;
  store<f32>(p, load<f32>(p) + f32x4.extract_lane(amount, 0));
  if (count > 1) store<f32>(p + step, load<f32>(p + step) + f32x4.extract_lane(amount, 1));
  if (count > 2) store<f32>(p + step * 2, load<f32>(p + step * 2) + f32x4.extract_lane(amount, 2));
  if (count > 3) store<f32>(p + step * 3, load<f32>(p + step * 3) + f32x4.extract_lane(amount, 3));
}

/** y = of(a, b) with y contiguous; begin and end count elements of y. */
export function mapStrided<T>(
  a: usize,
  b: usize,
  y: usize,
  n1: i32,
  n2: i32,
  n3: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  a3: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  b3: i32,
  begin: i32,
  end: i32,
): void {
  let i = begin;
  while (i < end) {
    // the row that element i stands in, from there to its end or to ours
    const row = i / n3;
    const column = i - row * n3;
    const count = min(n3 - column, end - i);
    mapRow<T>(
      a + rowOffset(row, n1, n2, a0, a1, a2) + ((<usize>(column * a3)) << 2),
      a3,
      b + rowOffset(row, n1, n2, b0, b1, b2) + ((<usize>(column * b3)) << 2),
      b3,
      y + ((<usize>i) << 2),
      count,
    );
    i += count;
  }
}

/** The usual strides are spelled out as constants, so that the questions in Strided.load are answered before the loop. */
function mapRow<T>(a: usize, a3: i32, b: usize, b3: i32, y: usize, count: i32): void {
  if (a3 == 1 && b3 == 1) MapRow.of<T>(a, 1, b, 1, y, count);
  else if (a3 == 1 && b3 == 0) MapRow.of<T>(a, 1, b, 0, y, count);
  else MapRow.of<T>(a, a3, b, b3, y, count);
}

class MapRow {
  @inline static of<T>(a: usize, a3: i32, b: usize, b3: i32, y: usize, count: i32): void {
    const stepA = (<usize>a3) << 4;
    const stepB = (<usize>b3) << 4;
    let left = count;
    for (; left >= 4; left -= 4) {
      v128.store(y, changetype<T>(0).of(Strided.load(a, a3), Strided.load(b, b3)));
      a += stepA;
      b += stepB;
      y += 16;
    }
    if (left > 0) Tail.store(y, changetype<T>(0).of(loadFew(a, a3, left), loadFew(b, b3, left)), left);
  }
}

/**
 * y += of(a, b, c), where several of these may fall on the same y (stride 0). c, or 0 for none, is laid out as a is, with a3 = 1.
 *
 * begin and end cut the axis numbered `axis`, one along which y moves, so that no two threads add to the same number;
 * axis −1 leaves everything whole. Numbers that meet in one y arrive in row-major order, however the cut lies. Where the
 * last axis falls on one y, each row of it is summed in f64 first.
 */
export function addStrided<T>(
  a: usize,
  b: usize,
  c: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  a3: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  b3: i32,
  y0: i32,
  y1: i32,
  y2: i32,
  y3: i32,
  axis: i32,
  begin: i32,
  end: i32,
): void {
  const fromC: usize = c == 0 ? 0 : c - a;
  const l = axis == 3 ? begin : 0;
  const count = axis == 3 ? end - begin : n3;
  for (let i = axis == 0 ? begin : 0; i < (axis == 0 ? end : n0); i++)
    for (let j = axis == 1 ? begin : 0; j < (axis == 1 ? end : n1); j++)
      for (let k = axis == 2 ? begin : 0; k < (axis == 2 ? end : n2); k++) {
        addRow<T>(
          a + ((<usize>(i * a0 + j * a1 + k * a2 + l * a3)) << 2),
          a3,
          b + ((<usize>(i * b0 + j * b1 + k * b2 + l * b3)) << 2),
          b3,
          fromC,
          y + ((<usize>(i * y0 + j * y1 + k * y2 + l * y3)) << 2),
          y3,
          count,
        );
      }
}

function addRow<T>(a: usize, a3: i32, b: usize, b3: i32, fromC: usize, y: usize, y3: i32, count: i32): void {
  if (a3 == 1 && b3 == 1 && y3 == 1) AddRow.of<T>(a, 1, b, 1, fromC, y, 1, count);
  else if (a3 == 1 && b3 == 0 && y3 == 1) AddRow.of<T>(a, 1, b, 0, fromC, y, 1, count);
  else AddRow.of<T>(a, a3, b, b3, fromC, y, y3, count);
}

class AddRow {
  @inline static of<T>(a: usize, a3: i32, b: usize, b3: i32, fromC: usize, y: usize, y3: i32, count: i32): void {
    const stepA = (<usize>a3) << 4;
    const stepB = (<usize>b3) << 4;
    const stepY = (<usize>y3) << 4;
    const zero = f32x4.splat(0);
    let low = zero;
    let high = zero;
    let left = count;
    for (; left >= 4; left -= 4) {
      const amount = changetype<T>(0).of(
        Strided.load(a, a3),
        Strided.load(b, b3),
        fromC == 0 ? zero : v128.load(a + fromC),
      );
      if (y3 == 1) v128.store(y, f32x4.add(v128.load(y), amount));
      else if (y3 == 0) {
        low = f64x2.add(low, Wide.low(amount));
        high = f64x2.add(high, Wide.high(amount));
      } else addFour(y, y3, amount, 4);
      a += stepA;
      b += stepB;
      y += stepY;
    }
    if (left > 0) {
      let amount = changetype<T>(0).of(
        loadFew(a, a3, left),
        loadFew(b, b3, left),
        fromC == 0 ? zero : loadFew(a + fromC, 1, left),
      );
      if (y3 == 0) {
        // lanes beyond the end may hold 0/0
        amount = f32x4.replace_lane(amount, 3, 0);
        if (left < 3) amount = f32x4.replace_lane(amount, 2, 0);
        if (left < 2) amount = f32x4.replace_lane(amount, 1, 0);
        low = f64x2.add(low, Wide.low(amount));
        high = f64x2.add(high, Wide.high(amount));
      } else addFour(y, y3, amount, left);
    }
    if (y3 == 0) store<f32>(y, <f32>(<f64>load<f32>(y) + Wide.total(low, high)));
  }
}
