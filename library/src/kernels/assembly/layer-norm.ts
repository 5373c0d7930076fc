/**
 * Layer normalization. Twin: ../reference/layer-norm.ts, which has the formulas.
 *
 * Where rows are normalized, begin and end count rows; the sums of a row run in f64 by four lanes from its start. Where
 * gradients of scale and shift are summed down the rows, begin and end count columns; the sums wait in scratch memory
 * (see column-sums.ts), dy·x̂ behind dy.
 */
import { clearSums, COLUMNS, FourSums } from "./column-sums";
import { sumOf } from "./softmax";
import { Four } from "./tail";
import { Wide } from "./wide";

const PRODUCTS: usize = 8192; // byte offset in scratch; sums stand at 0

export function layerNorm(
  x: usize,
  scale: usize,
  shift: usize,
  y: usize,
  mean: usize,
  variance: usize,
  _rows: i32,
  columns: i32,
  epsilon: f64,
  begin: i32,
  end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const at = (<usize>(row * columns)) << 2;
    const lane = (<usize>row) << 2;
    const middle = sumOf(x + at, columns, 0) / <f64>columns;
    const spread = squaresAround(x + at, columns, middle) / <f64>columns;
    store<f32>(mean + lane, <f32>middle);
    store<f32>(variance + lane, <f32>spread);

    const r = f32x4.splat(inverseDeviation(variance + lane, epsilon));
    const centre = f32x4.splat(<f32>middle);
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c;
      const to = (<usize>c) << 2;
      const normalized = f32x4.mul(f32x4.sub(Four.load(x + at + to, left), centre), r);
      const scaled = f32x4.mul(normalized, Four.load(scale + to, left));
      Four.store(y + at + to, f32x4.add(scaled, Four.load(shift + to, left)), left);
    }
  }
}

/** Σ (x − middle)² in f64. */
function squaresAround(x: usize, count: i32, middle: f64): f64 {
  const centre = f64x2.splat(middle);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let left = count;
  for (; left >= 4; left -= 4) {
    const v = v128.load(x);
    const first = f64x2.sub(Wide.low(v), centre);
    const second = f64x2.sub(Wide.high(v), centre);
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
    x += 16;
  }
  // lanes beyond the end would count as (0 − middle)²
  let rest: f64 = 0;
  for (; left > 0; left--) {
    const deviation = <f64>load<f32>(x) - middle;
    rest += deviation * deviation;
    x += 4;
  }
  return Wide.total(low, high) + rest;
}

/** `r = 1/√(σ² + ε)` */
function inverseDeviation(variance: usize, epsilon: f64): f32 {
  return <f32>(1 / sqrt(<f64>load<f32>(variance) + epsilon));
}

export function layerNormBackward(
  x: usize,
  scale: usize,
  mean: usize,
  variance: usize,
  dy: usize,
  dx: usize,
  _rows: i32,
  columns: i32,
  epsilon: f64,
  begin: i32,
  end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const at = (<usize>(row * columns)) << 2;
    const lane = (<usize>row) << 2;
    const r = f32x4.splat(inverseDeviation(variance + lane, epsilon));
    const centre = v128.load32_splat(mean + lane);

    let low = f64x2.splat(0); // Σg
    let high = f64x2.splat(0);
    let lowWithX = f64x2.splat(0); // Σ(g·x̂)
    let highWithX = f64x2.splat(0);
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c;
      const to = (<usize>c) << 2;
      const g = f32x4.mul(Four.load(dy + at + to, left), Four.load(scale + to, left));
      const withX = f32x4.mul(g, f32x4.mul(f32x4.sub(Four.load(x + at + to, left), centre), r));
      low = f64x2.add(low, Wide.low(g));
      high = f64x2.add(high, Wide.high(g));
      lowWithX = f64x2.add(lowWithX, Wide.low(withX));
      highWithX = f64x2.add(highWithX, Wide.high(withX));
    }
    const level = f32x4.splat(<f32>(Wide.total(low, high) / <f64>columns));
    const slope = f32x4.splat(<f32>(Wide.total(lowWithX, highWithX) / <f64>columns));

    for (let c = 0; c < columns; c += 4) {
      const left = columns - c;
      const to = (<usize>c) << 2;
      const g = f32x4.mul(Four.load(dy + at + to, left), Four.load(scale + to, left));
      const normalized = f32x4.mul(f32x4.sub(Four.load(x + at + to, left), centre), r);
      const amount = f32x4.mul(r, f32x4.sub(f32x4.sub(g, level), f32x4.mul(normalized, slope)));
      Four.store(dx + at + to, f32x4.add(Four.load(dx + at + to, left), amount), left);
    }
  }
}

/** dscale and dshift are 0 where nobody asks. */
export function layerNormBackwardParameters(
  x: usize,
  mean: usize,
  variance: usize,
  dy: usize,
  dscale: usize,
  dshift: usize,
  rows: i32,
  columns: i32,
  epsilon: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  for (let first = begin; first < end; first += COLUMNS) {
    const count = min(COLUMNS, end - first);
    clearSums(scratch, count);
    clearSums(scratch + PRODUCTS, count);
    for (let row = 0; row < rows; row++) {
      const at = (<usize>(row * columns + first)) << 2;
      const lane = (<usize>row) << 2;
      const r = f32x4.splat(inverseDeviation(variance + lane, epsilon));
      const centre = v128.load32_splat(mean + lane);
      for (let c = 0; c < count; c += 4) {
        const left = count - c;
        const from = at + ((<usize>c) << 2);
        const sums = scratch + ((<usize>c) << 3);
        const d = Four.load(dy + from, left);
        const normalized = f32x4.mul(f32x4.sub(Four.load(x + from, left), centre), r);
        FourSums.add(sums, d);
        FourSums.add(sums + PRODUCTS, f32x4.mul(d, normalized));
      }
    }
    if (dshift != 0) addTo(dshift + ((<usize>first) << 2), scratch, count);
    if (dscale != 0) addTo(dscale + ((<usize>first) << 2), scratch + PRODUCTS, count);
  }
}

/** y += sums, which are f64. */
function addTo(y: usize, sums: usize, count: i32): void {
  for (let c = 0; c < count; c++) {
    const at = y + ((<usize>c) << 2);
    store<f32>(at, <f32>(<f64>load<f32>(at) + load<f64>(sums + ((<usize>c) << 3))));
  }
}
