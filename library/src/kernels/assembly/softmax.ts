/**
 * Softmax of each row, shifted by its largest score. begin and end count rows. Twin: ../reference/softmax.ts.
 *
 * Sums run in f64, by four lanes from the start of the row, so they do not depend on where the row lies. Lanes beyond
 * the end of a row hold −Infinity: they are never the largest, and their exponential is 0.
 */
import { Exp } from "./exp";
import { Four, Tail } from "./tail";
import { Wide } from "./wide";

export function softmax(x: usize, y: usize, _rows: i32, columns: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const at = (<usize>(row * columns)) << 2;
    const sum = exponentials(x + at, y + at, columns, largestOf(x + at, columns));
    divideRow(y + at, columns, <f32>sum);
  }
}

export function softmaxBackward(y: usize, dy: usize, dx: usize, _rows: i32, columns: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    let at = (<usize>(row * columns)) << 2;
    const mean = f32x4.splat(<f32>dot(y + at, dy + at, columns));
    for (let left = columns; left > 0; left -= 4) {
      const amount = f32x4.mul(Four.load(y + at, left), f32x4.sub(Four.load(dy + at, left), mean));
      Four.store(dx + at, f32x4.add(Four.load(dx + at, left), amount), left);
      at += 16;
    }
  }
}

/** The largest of `count` numbers, NaN if there is one. */
export function largestOf(x: usize, count: i32): f32 {
  let largest = f32x4.splat(-Infinity);
  for (; count >= 4; count -= 4) {
    largest = f32x4.max(largest, v128.load(x));
    x += 16;
  }
  if (count > 0) largest = f32x4.max(largest, Tail.load(x, count, -Infinity));
  const first = max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1));
  return max(first, max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)));
}

/** y = e^(x − shift), and the sum of all. */
export function exponentials(x: usize, y: usize, count: i32, shift: f32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let left = count; left > 0; left -= 4) {
    const v = Four.load(x, left, -Infinity);
    const e = changetype<Exp>(0).of(f32x4.sub(v, f32x4.splat(shift)));
    low = f64x2.add(low, Wide.low(e));
    high = f64x2.add(high, Wide.high(e));
    Four.store(y, e, left);
    x += 16;
    y += 16;
  }
  return Wide.total(low, high);
}

export function divideRow(y: usize, count: i32, divisor: f32): void {
  for (let left = count; left > 0; left -= 4) {
    Four.store(y, f32x4.div(Four.load(y, left), f32x4.splat(divisor)), left);
    y += 16;
  }
}

/** Σ a·b */
function dot(a: usize, b: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let left = count; left > 0; left -= 4) {
    const product = f32x4.mul(Four.load(a, left), Four.load(b, left));
    low = f64x2.add(low, Wide.low(product));
    high = f64x2.add(high, Wide.high(product));
    a += 16;
    b += 16;
  }
  return Wide.total(low, high);
}

/** Σ (x − shift) */
export function sumOf(x: usize, count: i32, shift: f32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; count > 0; count -= 4) {
    const v = f32x4.sub(Four.load(x, count, shift), f32x4.splat(shift));
    low = f64x2.add(low, Wide.low(v));
    high = f64x2.add(high, Wide.high(v));
    x += 16;
  }
  return Wide.total(low, high);
}
