/**
 * Batch normalization. begin and end count channels. Twin: ../reference/batch-norm.ts, which derives the formulas.
 *
 * Channels lie side by side, so four of them go through one vector and every channel is summed from the first row to the
 * last, in f64, whatever thread it falls to. Two passes find mean and variance; a third normalizes.
 *
 * Up to COLUMNS channels are done in one go; what belongs to a channel waits in scratch memory, in lanes of four:
 *
 *   sums       f64: the mean; backward Σdy
 *   products   f64: Σ(x − μ)²; backward Σdy·x̂
 *   factors    f32: scale·r
 *   levels     f32: backward Σdy/N
 *   slopes     f32: backward r·Σdy·x̂/N
 */
import { addColumnSums, clearSums, COLUMNS, FourSums } from "./column-sums";
import { Four } from "./tail";
import { Wide } from "./wide";

const PRODUCTS: usize = 8192; // byte offsets in scratch; sums stand at 0
const FACTORS: usize = 16384;
const LEVELS: usize = 20480;
const SLOPES: usize = 24576;

export function batchNorm(
  x: usize,
  scale: usize,
  shift: usize,
  y: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  for (let first = begin; first < end; first += COLUMNS) {
    const count = min(COLUMNS, end - first);
    const at = (<usize>first) << 2;

    clearSums(scratch, count);
    addColumnSums(x + at, rows, channels, count, scratch);
    for (let c = 0; c < count; c++) {
      const sum = scratch + ((<usize>c) << 3);
      store<f64>(sum, load<f64>(sum) / <f64>rows);
      store<f32>(mean + at + ((<usize>c) << 2), <f32>load<f64>(sum));
    }

    clearSums(scratch + PRODUCTS, count);
    addColumnSquares(x + at, rows, channels, count, scratch, scratch + PRODUCTS);
    for (let c = 0; c < count; c++) {
      const squares = load<f64>(scratch + PRODUCTS + ((<usize>c) << 3));
      store<f32>(variance + at + ((<usize>c) << 2), <f32>(squares / <f64>rows));
    }
  }
  batchNormEvaluation(x, scale, shift, mean, variance, y, rows, channels, epsilon, begin, end, scratch);
}

/** squares[c] += Σ_row (x[row, c] − means[c])², all in f64. */
function addColumnSquares(x: usize, rows: i32, stride: i32, columns: i32, means: usize, squares: usize): void {
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c += 4) {
      const v = Four.load(x + ((<usize>c) << 2), columns - c);
      const at = (<usize>c) << 3;
      const low = f64x2.sub(Wide.low(v), v128.load(means + at));
      const high = f64x2.sub(Wide.high(v), v128.load(means + at, 16));
      v128.store(squares + at, f64x2.add(v128.load(squares + at), f64x2.mul(low, low)));
      v128.store(squares + at, f64x2.add(v128.load(squares + at, 16), f64x2.mul(high, high)), 16);
    }
    x += (<usize>stride) << 2;
  }
}

export function batchNormEvaluation(
  x: usize,
  scale: usize,
  shift: usize,
  mean: usize,
  variance: usize,
  y: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  for (let first = begin; first < end; first += COLUMNS) {
    const count = min(COLUMNS, end - first);
    const at = (<usize>first) << 2;
    setFactors(scale + at, variance + at, count, epsilon, scratch + FACTORS);
    for (let row = 0; row < rows; row++) {
      const rowAt = (<usize>(row * channels + first)) << 2;
      for (let c = 0; c < count; c += 4) {
        const left = count - c;
        const lane = (<usize>c) << 2;
        const deviation = f32x4.sub(Four.load(x + rowAt + lane, left), Four.load(mean + at + lane, left));
        const scaled = f32x4.mul(deviation, v128.load(scratch + FACTORS + lane));
        Four.store(y + rowAt + lane, f32x4.add(scaled, Four.load(shift + at + lane, left)), left);
      }
    }
  }
}

/** factors[c] = scale[c] / √(variance[c] + ε) */
function setFactors(scale: usize, variance: usize, count: i32, epsilon: f64, factors: usize): void {
  for (let c = 0; c < count; c += 4) {
    const at = (<usize>c) << 2;
    const r = inverseDeviation(Four.load(variance + at, count - c), epsilon);
    v128.store(factors + at, f32x4.mul(r, Four.load(scale + at, count - c)));
  }
}

/** `r = 1/√(σ² + ε)` */
function inverseDeviation(variance: v128, epsilon: f64): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(<f32>epsilon))));
}

export function batchNormBackward(
  x: usize,
  scale: usize,
  mean: usize,
  variance: usize,
  dy: usize,
  dx: usize,
  dscale: usize,
  dshift: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  for (let first = begin; first < end; first += COLUMNS) {
    const count = min(COLUMNS, end - first);
    const at = (<usize>first) << 2;
    sumGradients(x + at, mean + at, variance + at, dy + at, rows, channels, count, epsilon, scratch);
    addSums(dscale, dshift, at, count, scratch);
    if (dx == 0) continue;

    setFactors(scale + at, variance + at, count, epsilon, scratch + FACTORS);
    const inverseRows = f64x2.splat(1 / <f64>rows);
    for (let c = 0; c < count; c += 4) {
      const lane = (<usize>c) << 2;
      const sums = scratch + ((<usize>c) << 3);
      v128.store(
        scratch + LEVELS + lane,
        Wide.join(f64x2.mul(v128.load(sums), inverseRows), f64x2.mul(v128.load(sums, 16), inverseRows)),
      );
      const products = sums + PRODUCTS;
      const slopes = Wide.join(
        f64x2.mul(v128.load(products), inverseRows),
        f64x2.mul(v128.load(products, 16), inverseRows),
      );
      const r = inverseDeviation(Four.load(variance + at + lane, count - c), epsilon);
      v128.store(scratch + SLOPES + lane, f32x4.mul(slopes, r));
    }

    // dx += scale·r·(dy − Σdy/N − (x − μ)·r·Σ(dy·x̂)/N)
    for (let row = 0; row < rows; row++) {
      const rowAt = (<usize>(row * channels + first)) << 2;
      for (let c = 0; c < count; c += 4) {
        const left = count - c;
        const lane = (<usize>c) << 2;
        const deviation = f32x4.sub(Four.load(x + rowAt + lane, left), Four.load(mean + at + lane, left));
        const centred = f32x4.sub(Four.load(dy + rowAt + lane, left), v128.load(scratch + LEVELS + lane));
        const rest = f32x4.sub(centred, f32x4.mul(deviation, v128.load(scratch + SLOPES + lane)));
        const amount = f32x4.mul(v128.load(scratch + FACTORS + lane), rest);
        Four.store(dx + rowAt + lane, f32x4.add(Four.load(dx + rowAt + lane, left), amount), left);
      }
    }
  }
}

export function batchNormEvaluationBackward(
  x: usize,
  scale: usize,
  mean: usize,
  variance: usize,
  dy: usize,
  dx: usize,
  dscale: usize,
  dshift: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  for (let first = begin; first < end; first += COLUMNS) {
    const count = min(COLUMNS, end - first);
    const at = (<usize>first) << 2;
    if (dscale != 0 || dshift != 0) {
      sumGradients(x + at, mean + at, variance + at, dy + at, rows, channels, count, epsilon, scratch);
      addSums(dscale, dshift, at, count, scratch);
    }
    if (dx == 0) continue;
    setFactors(scale + at, variance + at, count, epsilon, scratch + FACTORS);
    for (let row = 0; row < rows; row++) {
      const rowAt = (<usize>(row * channels + first)) << 2;
      for (let c = 0; c < count; c += 4) {
        const left = count - c;
        const lane = (<usize>c) << 2;
        const amount = f32x4.mul(v128.load(scratch + FACTORS + lane), Four.load(dy + rowAt + lane, left));
        Four.store(dx + rowAt + lane, f32x4.add(Four.load(dx + rowAt + lane, left), amount), left);
      }
    }
  }
}

/** sums[c] = Σ dy and products[c] = r·Σ dy·(x − μ) = Σ dy·x̂, in f64. */
function sumGradients(
  x: usize,
  mean: usize,
  variance: usize,
  dy: usize,
  rows: i32,
  channels: i32,
  count: i32,
  epsilon: f64,
  scratch: usize,
): void {
  clearSums(scratch, count);
  clearSums(scratch + PRODUCTS, count);
  for (let row = 0; row < rows; row++) {
    const rowAt = (<usize>row * <usize>channels) << 2;
    for (let c = 0; c < count; c += 4) {
      const left = count - c;
      const lane = (<usize>c) << 2;
      const d = Four.load(dy + rowAt + lane, left);
      const deviation = f32x4.sub(Four.load(x + rowAt + lane, left), Four.load(mean + lane, left));
      FourSums.add(scratch + ((<usize>c) << 3), d);
      FourSums.add(scratch + PRODUCTS + ((<usize>c) << 3), f32x4.mul(d, deviation));
    }
  }
  for (let c = 0; c < count; c++) {
    const product = scratch + PRODUCTS + ((<usize>c) << 3);
    const v = <f64>load<f32>(variance + ((<usize>c) << 2));
    store<f64>(product, load<f64>(product) / sqrt(v + epsilon));
  }
}

/** dshift += Σ dy, dscale += Σ dy·x̂, each if it is wanted. */
function addSums(dscale: usize, dshift: usize, at: usize, count: i32, scratch: usize): void {
  for (let c = 0; c < count; c++) {
    const lane = at + ((<usize>c) << 2);
    const sum = scratch + ((<usize>c) << 3);
    if (dshift != 0) store<f32>(dshift + lane, <f32>(<f64>load<f32>(dshift + lane) + load<f64>(sum)));
    if (dscale != 0) store<f32>(dscale + lane, <f32>(<f64>load<f32>(dscale + lane) + load<f64>(sum, PRODUCTS)));
  }
}
