/**
 * What a batch norm does with channels, alone or with a pooling behind it: sums per slice of the batch, and from them the
 * constants of each channel, in scratch.
 *
 * Mean and variance come from Σd and Σd² of d = x − x₀, where x₀ is the channel's first number. Such a shift changes no
 * variance, and numbers far from 0 keep their digits: (x₀ − μ)² is no larger than N·σ², so little can cancel.
 */
import { FourSums } from "./column-sums";
import { Four } from "./tail";

export const EIGHT = 8;

/** Rows in a block: at most 32, which is as many as f32 sums may have, and no more than the first cache can hold. */
export function blockOf(count: i32): i32 {
  return max(4, min(32, 2048 / count));
}

// per channel, f32, with room up to a multiple of eight, for at most 4096 channels: byte offsets in scratch
export const MEANS: usize = 0;
export const FACTORS: usize = 16384; // scale·r
export const LEVELS: usize = 32768; // forward: shift; backward: Σdy/N
export const SLOPES: usize = 49152; // r²·Σdy·(x − μ)/N
export const CONSTANTS: usize = 65536; // with these four arrays before it

/** Four or eight channels of a row that are all there. `changetype<T>(0)` is the empty object that methods are called on. */
export class Whole {
  @inline low(p: usize, left: i32): v128 {
    return v128.load(p);
  }
  @inline high(p: usize, left: i32): v128 {
    return v128.load(p, 16);
  }
  @inline storeLow(p: usize, low: v128, left: i32): void {
    v128.store(p, low);
  }
  @inline storeHigh(p: usize, high: v128, left: i32): void {
    v128.store(p, high, 16);
  }
}

/** As many as are left. */
export class Broken {
  @inline low(p: usize, left: i32): v128 {
    return Four.load(p, left);
  }
  @inline high(p: usize, left: i32): v128 {
    return left > 4 ? Four.load(p + 16, left - 4) : f32x4.splat(0);
  }
  @inline storeLow(p: usize, low: v128, left: i32): void {
    Four.store(p, low, left);
  }
  @inline storeHigh(p: usize, high: v128, left: i32): void {
    if (left > 4) Four.store(p + 16, high, left - 4);
  }
}

/** Channels with room up to a multiple of eight. */
export function padded(count: i32): usize {
  return <usize>((count + EIGHT - 1) & ~(EIGHT - 1));
}

/** Two f64 sums for each channel of each slice. */
export class Sums {
  @inline static of(partials: usize, slice: i32, count: i32): usize {
    return partials + <usize>slice * padded(count) * 16;
  }

  /** The sum over all slices; the second one lies padded(count) · 8 bytes further on. */
  static total(partials: usize, slices: i32, count: i32, at: usize): f64 {
    let sum: f64 = 0;
    for (let slice = 0; slice < slices; slice++) sum += load<f64>(Sums.of(partials, slice, count) + at);
    return sum;
  }
}

export function sliceBegin(rows: i32, slice: i32, slices: i32): i32 {
  return <i32>((<i64>rows * slice) / slices);
}

export class EightSums {
  @inline static add(sums: usize, low: v128, high: v128): void {
    FourSums.add(sums, low);
    FourSums.add(sums + 32, high);
  }
}

/** Mean and variance from the slices' sums, into scratch as constants of the forward pass, and to their arrays if `writes`. */
export function finishStatistics(
  x: usize,
  scale: usize,
  shift: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  count: i32,
  epsilon: f64,
  partials: usize,
  slices: i32,
  writes: bool,
  scratch: usize,
): void {
  memory.fill(scratch, 0, CONSTANTS);
  for (let c: usize = 0; c < <usize>count; c++) {
    const at = c << 2;
    const offset = Sums.total(partials, slices, count, c << 3) / <f64>rows;
    const squares = Sums.total(partials, slices, count, (padded(count) + c) << 3) / <f64>rows;
    const m = <f32>(<f64>load<f32>(x + at) + offset);
    // a NaN must come through, which max would also do; rounding may leave less than 0
    const v = <f32>max(squares - offset * offset, 0);
    store<f32>(scratch + MEANS + at, m);
    store<f32>(scratch + FACTORS + at, load<f32>(scale + at) * inverseDeviation(v, epsilon));
    store<f32>(scratch + LEVELS + at, load<f32>(shift + at));
    if (writes) {
      store<f32>(mean + at, m);
      store<f32>(variance + at, v);
    }
  }
}

/** `r = 1/√(σ² + ε)` */
export function inverseDeviation(variance: f32, epsilon: f64): f32 {
  return 1 / sqrt(variance + <f32>epsilon);
}

/**
 * The gradients of scale and shift, if `writes`, and into scratch the constants of dx. With fixed statistics dx depends on
 * no other row: level and slope are 0.
 */
export function finishGradients(
  scale: usize,
  mean: usize,
  variance: usize,
  dscale: usize,
  dshift: usize,
  rows: i32,
  count: i32,
  epsilon: f64,
  freshScale: i32,
  freshShift: i32,
  fixed: bool,
  partials: usize,
  slices: i32,
  writes: bool,
  scratch: usize,
): void {
  memory.fill(scratch, 0, CONSTANTS);
  for (let c: usize = 0; c < <usize>count; c++) {
    const at = c << 2;
    const v = load<f32>(variance + at);
    const r = 1 / sqrt(<f64>v + epsilon);
    store<f32>(scratch + MEANS + at, load<f32>(mean + at));
    store<f32>(scratch + FACTORS + at, load<f32>(scale + at) * inverseDeviation(v, epsilon));
    if (slices == 0) continue;
    const sum = Sums.total(partials, slices, count, c << 3);
    const product = Sums.total(partials, slices, count, (padded(count) + c) << 3) * r;
    if (!fixed) {
      store<f32>(scratch + LEVELS + at, <f32>(sum / <f64>rows));
      store<f32>(scratch + SLOPES + at, <f32>((product * r) / <f64>rows));
    }
    if (!writes) continue;
    if (dshift != 0) addNumber(dshift + at, sum, freshShift);
    if (dscale != 0) addNumber(dscale + at, product, freshScale);
  }
}

export function addNumber(to: usize, amount: f64, fresh: i32): void {
  store<f32>(to, <f32>(fresh ? amount : <f64>load<f32>(to) + amount));
}

/** What dx gets. */
export class Amount {
  /** scale·r·(g − Σg/N − (x − μ)·r²·Σ(g·(x − μ))/N) */
  @inline static of(g: v128, x: v128, mean: v128, factor: v128, level: v128, slope: v128): v128 {
    return f32x4.mul(factor, f32x4.sub(f32x4.sub(g, level), f32x4.mul(f32x4.sub(x, mean), slope)));
  }
}
