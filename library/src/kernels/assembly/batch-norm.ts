/**
 * Batch normalization, alone or with the ReLU and the max pooling behind it. Twin: ../reference/batch-norm.ts, which
 * derives the formulas.
 *
 * A batch is gone through twice. First every slice of its rows is summed by itself (begin and end count slices: there are
 * so many whatever the number of threads); then every thread adds up the slices' sums, in their order, and writes its share
 * of the results (begin and end count rows, or lines or samples of pictures). The thread with the first row also writes
 * what there is once per channel.
 *
 * Mean and variance come from one pass: Σd and Σd² of d = x − x₀, where x₀ is the channel's first number. Such a shift
 * changes no variance, and numbers far from 0 keep their digits: (x₀ − μ)² is no larger than N·σ², so little can cancel.
 *
 * Rows go by in blocks, eight channels at a time, so that a block stays near the processor and sums stay in registers; a
 * block's sums are added up in f64.
 */
import { FourSums } from "./column-sums";
import { Four } from "./tail";

const EIGHT = 8;

/** Rows in a block: at most 32, which is as many as f32 sums may have, and no more than the first cache can hold. */
function blockOf(count: i32): i32 {
  return max(4, min(32, 2048 / count));
}

// per channel, f32, with room up to a multiple of eight, for at most 4096 channels: byte offsets in scratch
const MEANS: usize = 0;
const FACTORS: usize = 16384; // scale·r
const LEVELS: usize = 32768; // forward: shift; backward: Σdy/N
const SLOPES: usize = 49152; // r²·Σdy·(x − μ)/N
const CONSTANTS: usize = 65536; // with these four arrays before it

/** Four or eight channels of a row that are all there. `changetype<T>(0)` is the empty object that methods are called on. */
class Whole {
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
class Broken {
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
function padded(count: i32): usize {
  return <usize>((count + EIGHT - 1) & ~(EIGHT - 1));
}

/** Two f64 sums for each channel of each slice. */
class Sums {
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

/** Σd and Σd² of slices [begin, end), for `count` channels from `first` on. */
export function batchNormSums(
  x: usize,
  rows: i32,
  channels: i32,
  first: i32,
  count: i32,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
): void {
  const pitch = (<usize>channels) << 2;
  const at = x + ((<usize>first) << 2);
  const block = blockOf(count);
  const whole = count & ~(EIGHT - 1);
  for (let slice = begin; slice < end; slice++) {
    const sums = Sums.of(partials, slice, count);
    const squares = sums + padded(count) * 8;
    memory.fill(sums, 0, padded(count) * 16);
    const from = sliceBegin(rows, slice, slices);
    const to = sliceBegin(rows, slice + 1, slices);
    sumDeviations<Whole>(at, pitch, 0, whole, block, sums, squares, from, to);
    if (whole < count) sumDeviations<Broken>(at, pitch, whole, count, block, sums, squares, from, to);
  }
}

/** Channels [first, last) of rows [begin, end). */
function sumDeviations<T>(
  x: usize,
  pitch: usize,
  first: i32,
  last: i32,
  block: i32,
  sums: usize,
  squares: usize,
  begin: i32,
  end: i32,
): void {
  for (let row = begin; row < end; row += block) {
    const stop = min(end, row + block);
    for (let c = first; c < last; c += EIGHT) {
      const at = (<usize>c) << 2;
      const left = last - c;
      const shift0 = changetype<T>(0).low(x + at, left);
      const shift1 = changetype<T>(0).high(x + at, left);
      let s0 = f32x4.splat(0);
      let s1 = s0;
      let q0 = s0;
      let q1 = s0;
      let p = x + at + <usize>row * pitch;
      for (let r = row; r < stop; r++, p += pitch) {
        const d0 = f32x4.sub(changetype<T>(0).low(p, left), shift0);
        const d1 = f32x4.sub(changetype<T>(0).high(p, left), shift1);
        s0 = f32x4.add(s0, d0);
        s1 = f32x4.add(s1, d1);
        q0 = f32x4.add(q0, f32x4.mul(d0, d0));
        q1 = f32x4.add(q1, f32x4.mul(d1, d1));
      }
      addEight(sums + at * 2, s0, s1);
      addEight(squares + at * 2, q0, q1);
    }
  }
}

function sliceBegin(rows: i32, slice: i32, slices: i32): i32 {
  return <i32>((<i64>rows * slice) / slices);
}

function addEight(sums: usize, low: v128, high: v128): void {
  FourSums.add(sums, low);
  FourSums.add(sums + 32, high);
}

/** Mean and variance from the slices' sums, into scratch as constants of the forward pass, and to their arrays if `writes`. */
function finishStatistics(
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
function inverseDeviation(variance: f32, epsilon: f64): f32 {
  return 1 / sqrt(variance + <f32>epsilon);
}

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
  first: i32,
  count: i32,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const at = (<usize>first) << 2;
  const writes = begin == 0;
  finishStatistics(
    x + at,
    scale + at,
    shift + at,
    mean + at,
    variance + at,
    rows,
    count,
    epsilon,
    partials,
    slices,
    writes,
    scratch,
  );
  normalize(x + at, y + at, channels, count, -Infinity, begin, end, scratch);
}

export function batchNormRelu(
  x: usize,
  scale: usize,
  shift: usize,
  y: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
  first: i32,
  count: i32,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const at = (<usize>first) << 2;
  const writes = begin == 0;
  finishStatistics(
    x + at,
    scale + at,
    shift + at,
    mean + at,
    variance + at,
    rows,
    count,
    epsilon,
    partials,
    slices,
    writes,
    scratch,
  );
  normalize(x + at, y + at, channels, count, 0, begin, end, scratch);
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
  first: i32,
  count: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const at = (<usize>first) << 2;
  memory.fill(scratch, 0, CONSTANTS);
  for (let c: usize = 0; c < (<usize>count) << 2; c += 4) {
    store<f32>(scratch + MEANS + c, load<f32>(mean + at + c));
    const r = inverseDeviation(load<f32>(variance + at + c), epsilon);
    store<f32>(scratch + FACTORS + c, load<f32>(scale + at + c) * r);
    store<f32>(scratch + LEVELS + c, load<f32>(shift + at + c));
  }
  normalize(x + at, y + at, channels, count, -Infinity, begin, end, scratch);
}

/** y = max((x − μ)·factor + shift, least), by the constants in scratch. */
function normalize(
  x: usize,
  y: usize,
  channels: i32,
  count: i32,
  least: f32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const pitch = (<usize>channels) << 2;
  const block = blockOf(count);
  const whole = count & ~(EIGHT - 1);
  normalizeChannels<Whole>(x, y, pitch, 0, whole, block, least, begin, end, scratch);
  if (whole < count) normalizeChannels<Broken>(x, y, pitch, whole, count, block, least, begin, end, scratch);
}

function normalizeChannels<T>(
  x: usize,
  y: usize,
  pitch: usize,
  first: i32,
  last: i32,
  block: i32,
  least: f32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const lower = f32x4.splat(least);
  for (let row = begin; row < end; row += block) {
    const stop = min(end, row + block);
    for (let c = first; c < last; c += EIGHT) {
      const left = last - c;
      const lane = (<usize>c) << 2;
      const constants = scratch + lane;
      const m0 = v128.load(constants, MEANS);
      const m1 = v128.load(constants + 16, MEANS);
      const f0 = v128.load(constants, FACTORS);
      const f1 = v128.load(constants + 16, FACTORS);
      const h0 = v128.load(constants, LEVELS);
      const h1 = v128.load(constants + 16, LEVELS);
      let at = lane + <usize>row * pitch;
      for (let r = row; r < stop; r++, at += pitch) {
        const d0 = f32x4.sub(changetype<T>(0).low(x + at, left), m0);
        const d1 = f32x4.sub(changetype<T>(0).high(x + at, left), m1);
        const y0 = f32x4.max(f32x4.add(f32x4.mul(d0, f0), h0), lower);
        const y1 = f32x4.max(f32x4.add(f32x4.mul(d1, f1), h1), lower);
        changetype<T>(0).storeLow(y + at, y0, left);
        changetype<T>(0).storeHigh(y + at, y1, left);
      }
    }
  }
}

/** Σg and Σg·(x − μ) of slices [begin, end), where g is dy, but 0 where y is not above 0, if there is a y. */
export function batchNormGradientSums(
  x: usize,
  mean: usize,
  y: usize,
  dy: usize,
  rows: i32,
  channels: i32,
  first: i32,
  count: i32,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
): void {
  const pitch = (<usize>channels) << 2;
  const skip = (<usize>first) << 2;
  const block = blockOf(count);
  const whole = count & ~(EIGHT - 1);
  const seen: usize = y == 0 ? 0 : y + skip;
  for (let slice = begin; slice < end; slice++) {
    const sums = Sums.of(partials, slice, count);
    const products = sums + padded(count) * 8;
    memory.fill(sums, 0, padded(count) * 16);
    const from = sliceBegin(rows, slice, slices);
    const to = sliceBegin(rows, slice + 1, slices);
    sumGradients<Whole>(x + skip, mean + skip, seen, dy + skip, pitch, 0, whole, block, sums, products, from, to);
    if (whole == count) continue;
    sumGradients<Broken>(x + skip, mean + skip, seen, dy + skip, pitch, whole, count, block, sums, products, from, to);
  }
}

/** Channels [first, last) of rows [begin, end). */
function sumGradients<T>(
  x: usize,
  mean: usize,
  y: usize,
  dy: usize,
  pitch: usize,
  first: i32,
  last: i32,
  block: i32,
  sums: usize,
  products: usize,
  begin: i32,
  end: i32,
): void {
  const zero = f32x4.splat(0);
  for (let row = begin; row < end; row += block) {
    const stop = min(end, row + block);
    for (let c = first; c < last; c += EIGHT) {
      const left = last - c;
      const lane = (<usize>c) << 2;
      const m0 = changetype<T>(0).low(mean + lane, left);
      const m1 = changetype<T>(0).high(mean + lane, left);
      let s0 = zero;
      let s1 = zero;
      let q0 = zero;
      let q1 = zero;
      let at = lane + <usize>row * pitch;
      for (let r = row; r < stop; r++, at += pitch) {
        let g0 = changetype<T>(0).low(dy + at, left);
        let g1 = changetype<T>(0).high(dy + at, left);
        if (y != 0) {
          g0 = v128.and(g0, f32x4.gt(changetype<T>(0).low(y + at, left), zero));
          g1 = v128.and(g1, f32x4.gt(changetype<T>(0).high(y + at, left), zero));
        }
        s0 = f32x4.add(s0, g0);
        s1 = f32x4.add(s1, g1);
        q0 = f32x4.add(q0, f32x4.mul(g0, f32x4.sub(changetype<T>(0).low(x + at, left), m0)));
        q1 = f32x4.add(q1, f32x4.mul(g1, f32x4.sub(changetype<T>(0).high(x + at, left), m1)));
      }
      addEight(sums + lane * 2, s0, s1);
      addEight(products + lane * 2, q0, q1);
    }
  }
}

/**
 * The gradients of scale and shift, if `writes`, and into scratch the constants of dx. With fixed statistics dx depends on
 * no other row: level and slope are 0.
 */
function finishGradients(
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

function addNumber(to: usize, amount: f64, fresh: i32): void {
  store<f32>(to, <f32>(fresh ? amount : <f64>load<f32>(to) + amount));
}

/** The second part of every backward pass: with `fixed` statistics, and behind a ReLU when there is a y. */
function finishBackward(
  x: usize,
  scale: usize,
  mean: usize,
  variance: usize,
  y: usize,
  dy: usize,
  dx: usize,
  dscale: usize,
  dshift: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
  freshInput: i32,
  freshScale: i32,
  freshShift: i32,
  first: i32,
  count: i32,
  fixed: bool,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const skip = (<usize>first) << 2;
  finishGradients(
    scale + skip,
    mean + skip,
    variance + skip,
    dscale == 0 ? 0 : dscale + skip,
    dshift == 0 ? 0 : dshift + skip,
    rows,
    count,
    epsilon,
    freshScale,
    freshShift,
    fixed,
    partials,
    slices,
    begin == 0,
    scratch,
  );
  if (dx == 0) return;
  const pitch = (<usize>channels) << 2;
  const block = blockOf(count);
  const whole = count & ~3;
  const seen: usize = y == 0 ? 0 : y + skip;
  const into = dx + skip;
  spreadGradients<Whole>(x + skip, seen, dy + skip, into, pitch, 0, whole, block, freshInput, begin, end, scratch);
  if (whole == count) return;
  spreadGradients<Broken>(x + skip, seen, dy + skip, into, pitch, whole, count, block, freshInput, begin, end, scratch);
}

/** dx of channels [first, last) of rows [begin, end), by the constants in scratch. */
function spreadGradients<T>(
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
  pitch: usize,
  first: i32,
  last: i32,
  block: i32,
  fresh: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const zero = f32x4.splat(0);
  for (let row = begin; row < end; row += block) {
    const stop = min(end, row + block);
    for (let c = first; c < last; c += 4) {
      const left = last - c;
      const lane = (<usize>c) << 2;
      const m = v128.load(scratch + lane, MEANS);
      const factor = v128.load(scratch + lane, FACTORS);
      const level = v128.load(scratch + lane, LEVELS);
      const slope = v128.load(scratch + lane, SLOPES);
      let at = lane + <usize>row * pitch;
      for (let r = row; r < stop; r++, at += pitch) {
        let g = changetype<T>(0).low(dy + at, left);
        if (y != 0) g = v128.and(g, f32x4.gt(changetype<T>(0).low(y + at, left), zero));
        let amount = Amount.of(g, changetype<T>(0).low(x + at, left), m, factor, level, slope);
        if (!fresh) amount = f32x4.add(changetype<T>(0).low(dx + at, left), amount);
        changetype<T>(0).storeLow(dx + at, amount, left);
      }
    }
  }
}

/** What dx gets. */
class Amount {
  /** scale·r·(g − Σg/N − (x − μ)·r²·Σ(g·(x − μ))/N) */
  @inline static of(g: v128, x: v128, mean: v128, factor: v128, level: v128, slope: v128): v128 {
    return f32x4.mul(factor, f32x4.sub(f32x4.sub(g, level), f32x4.mul(f32x4.sub(x, mean), slope)));
  }
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
  freshInput: i32,
  freshScale: i32,
  freshShift: i32,
  first: i32,
  count: i32,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  finishBackward(
    x,
    scale,
    mean,
    variance,
    0,
    dy,
    dx,
    dscale,
    dshift,
    rows,
    channels,
    epsilon,
    freshInput,
    freshScale,
    freshShift,
    first,
    count,
    false,
    partials,
    slices,
    begin,
    end,
    scratch,
  );
}

export function batchNormReluBackward(
  x: usize,
  scale: usize,
  mean: usize,
  variance: usize,
  y: usize,
  dy: usize,
  dx: usize,
  dscale: usize,
  dshift: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
  freshInput: i32,
  freshScale: i32,
  freshShift: i32,
  first: i32,
  count: i32,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  finishBackward(
    x,
    scale,
    mean,
    variance,
    y,
    dy,
    dx,
    dscale,
    dshift,
    rows,
    channels,
    epsilon,
    freshInput,
    freshScale,
    freshShift,
    first,
    count,
    false,
    partials,
    slices,
    begin,
    end,
    scratch,
  );
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
  freshInput: i32,
  freshScale: i32,
  freshShift: i32,
  first: i32,
  count: i32,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  finishBackward(
    x,
    scale,
    mean,
    variance,
    0,
    dy,
    dx,
    dscale,
    dshift,
    rows,
    channels,
    epsilon,
    freshInput,
    freshScale,
    freshShift,
    first,
    count,
    true,
    partials,
    slices,
    begin,
    end,
    scratch,
  );
}

/** y = the largest normalized number under each window, or 0. begin and end count lines of windows. */
export function batchNormReluPool(
  x: usize,
  scale: usize,
  shift: usize,
  y: usize,
  taps: usize,
  mean: usize,
  variance: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  epsilon: f64,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const rows = batch * height * width;
  const writes = begin == 0;
  finishStatistics(x, scale, shift, mean, variance, rows, channels, epsilon, partials, slices, writes, scratch);
  const whole = channels & ~3;
  poolLines<Whole>(
    x,
    y,
    taps,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    windowHeight,
    windowWidth,
    0,
    whole,
    begin,
    end,
    scratch,
  );
  if (whole == channels) return;
  poolLines<Broken>(
    x,
    y,
    taps,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    windowHeight,
    windowWidth,
    whole,
    channels,
    begin,
    end,
    scratch,
  );
}

/** Channels [first, last) of lines [begin, end) of windows, by the constants in scratch. */
function poolLines<T>(
  x: usize,
  y: usize,
  taps: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  first: i32,
  last: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const pixel = (<usize>channels) << 2;
  const pitch = pixel * <usize>width;
  const zero = f32x4.splat(0);
  for (let line = begin; line < end; line++) {
    const sample = line / outHeight;
    const top = sample * height + (line - sample * outHeight) * windowHeight;
    for (let c = first; c < last; c += 4) {
      const left = last - c;
      const lane = (<usize>c) << 2;
      const m = v128.load(scratch + lane, MEANS);
      const factor = v128.load(scratch + lane, FACTORS);
      const level = v128.load(scratch + lane, LEVELS);
      let out = <usize>(line * outWidth) * pixel + lane;
      let corner = x + <usize>top * pitch + lane;
      for (let outX = 0; outX < outWidth; outX++, out += pixel, corner += pixel * <usize>windowWidth) {
        let best = zero;
        let largest = f32x4.splat(-Infinity);
        let tap: f32 = 0;
        for (let tapY = 0; tapY < windowHeight; tapY++) {
          let p = corner + <usize>tapY * pitch;
          for (let tapX = 0; tapX < windowWidth; tapX++, p += pixel, tap++) {
            const value = f32x4.add(f32x4.mul(f32x4.sub(changetype<T>(0).low(p, left), m), factor), level);
            const firstNan = v128.and(f32x4.ne(value, value), f32x4.eq(largest, largest));
            const better = v128.or(f32x4.gt(value, largest), firstNan);
            largest = v128.bitselect(value, largest, better);
            best = v128.bitselect(f32x4.splat(tap), best, better);
          }
        }
        changetype<T>(0).storeLow(y + out, f32x4.max(largest, zero), left);
        changetype<T>(0).storeLow(taps + out, best, left);
      }
    }
  }
}

/** Σg and Σg·(x − μ) of slices [begin, end) of the samples: only the largest under a window has a g. */
export function batchNormReluPoolGradientSums(
  x: usize,
  mean: usize,
  y: usize,
  taps: usize,
  dy: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
): void {
  const whole = channels & ~3;
  for (let slice = begin; slice < end; slice++) {
    const sums = Sums.of(partials, slice, channels);
    memory.fill(sums, 0, padded(channels) * 16);
    const from = sliceBegin(batch, slice, slices) * outHeight;
    const to = sliceBegin(batch, slice + 1, slices) * outHeight;
    sumLines<Whole>(
      x,
      mean,
      y,
      taps,
      dy,
      height,
      width,
      channels,
      outHeight,
      outWidth,
      windowHeight,
      windowWidth,
      0,
      whole,
      sums,
      from,
      to,
    );
    if (whole == channels) continue;
    sumLines<Broken>(
      x,
      mean,
      y,
      taps,
      dy,
      height,
      width,
      channels,
      outHeight,
      outWidth,
      windowHeight,
      windowWidth,
      whole,
      channels,
      sums,
      from,
      to,
    );
  }
}

/** Channels [first, last) of lines [begin, end) of windows. */
function sumLines<T>(
  x: usize,
  mean: usize,
  y: usize,
  taps: usize,
  dy: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  first: i32,
  last: i32,
  sums: usize,
  begin: i32,
  end: i32,
): void {
  const products = sums + padded(channels) * 8;
  const pixel = (<usize>channels) << 2;
  const pitch = pixel * <usize>width;
  const zero = f32x4.splat(0);
  for (let line = begin; line < end; line++) {
    const sample = line / outHeight;
    const top = sample * height + (line - sample * outHeight) * windowHeight;
    for (let c = first; c < last; c += 4) {
      const left = last - c;
      const lane = (<usize>c) << 2;
      const m = changetype<T>(0).low(mean + lane, left);
      let sum = zero;
      let product = zero;
      let out = <usize>(line * outWidth) * pixel + lane;
      let corner = x + <usize>top * pitch + lane;
      for (let outX = 0; outX < outWidth; outX++, out += pixel, corner += pixel * <usize>windowWidth) {
        const g = v128.and(changetype<T>(0).low(dy + out, left), f32x4.gt(changetype<T>(0).low(y + out, left), zero));
        if (!v128.any_true(f32x4.ne(g, zero))) continue;
        const noted = changetype<T>(0).low(taps + out, left);
        let seen = m;
        let tap: f32 = 0;
        for (let tapY = 0; tapY < windowHeight; tapY++) {
          let p = corner + <usize>tapY * pitch;
          for (let tapX = 0; tapX < windowWidth; tapX++, p += pixel, tap++) {
            seen = v128.bitselect(changetype<T>(0).low(p, left), seen, f32x4.eq(noted, f32x4.splat(tap)));
          }
        }
        sum = f32x4.add(sum, g);
        product = f32x4.add(product, f32x4.mul(g, f32x4.sub(seen, m)));
      }
      FourSums.add(sums + lane * 2, sum);
      FourSums.add(products + lane * 2, product);
    }
  }
}

/** begin and end count samples. */
export function batchNormReluPoolBackward(
  x: usize,
  scale: usize,
  mean: usize,
  variance: usize,
  y: usize,
  taps: usize,
  dy: usize,
  dx: usize,
  dscale: usize,
  dshift: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  epsilon: f64,
  freshInput: i32,
  freshScale: i32,
  freshShift: i32,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  finishGradients(
    scale,
    mean,
    variance,
    dscale,
    dshift,
    batch * height * width,
    channels,
    epsilon,
    freshScale,
    freshShift,
    false,
    partials,
    slices,
    begin == 0,
    scratch,
  );
  if (dx == 0) return;
  const whole = channels & ~3;
  spreadLines<Whole>(
    x,
    y,
    taps,
    dy,
    dx,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    windowHeight,
    windowWidth,
    freshInput,
    0,
    whole,
    begin,
    end,
    scratch,
  );
  if (whole == channels) return;
  spreadLines<Broken>(
    x,
    y,
    taps,
    dy,
    dx,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    windowHeight,
    windowWidth,
    freshInput,
    whole,
    channels,
    begin,
    end,
    scratch,
  );
}

/** dx of channels [first, last) of samples [begin, end), by the constants in scratch. */
function spreadLines<T>(
  x: usize,
  y: usize,
  taps: usize,
  dy: usize,
  dx: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  fresh: i32,
  first: i32,
  last: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const pixel = (<usize>channels) << 2;
  const zero = f32x4.splat(0);
  const none = f32x4.splat(-1);
  for (let line = begin * height; line < end * height; line++) {
    const sample = line / height;
    const row = line - sample * height;
    const outY = row / windowHeight;
    const tapY = row - outY * windowHeight;
    const outLine = (sample * outHeight + outY) * outWidth;
    for (let c = first; c < last; c += 4) {
      const left = last - c;
      const lane = (<usize>c) << 2;
      const m = v128.load(scratch + lane, MEANS);
      const factor = v128.load(scratch + lane, FACTORS);
      const level = v128.load(scratch + lane, LEVELS);
      const slope = v128.load(scratch + lane, SLOPES);
      let at = <usize>(line * width) * pixel + lane;
      let out = <usize>outLine * pixel + lane;
      for (let outX = 0; outX * windowWidth < width; outX++, out += pixel) {
        // what a last broken window leaves over has no gradient of its own
        const covered = outY < outHeight && outX < outWidth;
        const g = covered
          ? v128.and(changetype<T>(0).low(dy + out, left), f32x4.gt(changetype<T>(0).low(y + out, left), zero))
          : zero;
        const noted = covered ? changetype<T>(0).low(taps + out, left) : none;
        const taken = min(windowWidth, width - outX * windowWidth);
        let tap = <f32>(tapY * windowWidth);
        for (let tapX = 0; tapX < taken; tapX++, at += pixel, tap++) {
          const here = v128.and(g, f32x4.eq(noted, f32x4.splat(tap)));
          let amount = Amount.of(here, changetype<T>(0).low(x + at, left), m, factor, level, slope);
          if (!fresh) amount = f32x4.add(changetype<T>(0).low(dx + at, left), amount);
          changetype<T>(0).storeLow(dx + at, amount, left);
        }
      }
    }
  }
}

/** Weights and bias of which the batch norm behind them is a part; see the twin. begin and end count columns. */
export function foldBatchNorm(
  weight: usize,
  bias: usize,
  scale: usize,
  shift: usize,
  mean: usize,
  variance: usize,
  foldedWeight: usize,
  foldedBias: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
  begin: i32,
  end: i32,
): void {
  for (let c: usize = begin; c < <usize>end; c++) {
    const lane = c << 2;
    const factor = load<f32>(scale + lane) * inverseDeviation(load<f32>(variance + lane), epsilon);
    const old: f32 = bias == 0 ? 0 : load<f32>(bias + lane);
    store<f32>(foldedBias + lane, load<f32>(shift + lane) + (old - load<f32>(mean + lane)) * factor);
    let at = lane;
    for (let row = 0; row < rows; row++, at += (<usize>channels) << 2) {
      store<f32>(foldedWeight + at, load<f32>(weight + at) * factor);
    }
  }
}
