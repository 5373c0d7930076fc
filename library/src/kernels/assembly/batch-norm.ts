/**
 * Batch normalization, alone or with the ReLU behind it. Twin: ../reference/batch-norm.ts, which derives the formulas.
 *
 * A batch is gone through twice. First every slice of its rows is summed by itself (begin and end count slices: there are
 * so many whatever the number of threads); then every thread adds up the slices' sums, in their order, and writes its share
 * of the results (begin and end count rows). The thread with the first row also writes what there is once per channel.
 *
 * Rows go by in blocks, eight channels at a time, so that a block stays near the processor and sums stay in registers; a
 * block's sums are added up in f64.
 */
import {
  EightSums,
  Amount,
  blockOf,
  Broken,
  CONSTANTS,
  EIGHT,
  FACTORS,
  finishGradients,
  finishStatistics,
  inverseDeviation,
  LEVELS,
  MEANS,
  padded,
  sliceBegin,
  SLOPES,
  Sums,
  Whole,
} from "./channels";

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
      EightSums.add(sums + at * 2, s0, s1);
      EightSums.add(squares + at * 2, q0, q1);
    }
  }
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
      EightSums.add(sums + lane * 2, s0, s1);
      EightSums.add(products + lane * 2, q0, q1);
    }
  }
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
