/**
 * Batch normalization with the ReLU and the max pooling behind it, whose windows lie side by side. Twin:
 * ../reference/batch-norm-relu-pool.ts.
 *
 * The batch is gone through twice, as in batch-norm.ts, and the statistics are that file's (`batchNormSums`). Forward,
 * begin and end count lines of windows; backward, slices of the samples and then samples.
 */
import {
  Amount,
  Broken,
  FACTORS,
  finishGradients,
  finishStatistics,
  LEVELS,
  MEANS,
  padded,
  sliceBegin,
  SLOPES,
  Sums,
  Whole,
} from "./channels";
import { FourSums } from "./column-sums";

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
