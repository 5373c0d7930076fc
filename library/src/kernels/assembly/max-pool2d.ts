/**
 * Max pooling: four channels at a time, one tap after the other. Twin: ../reference/max-pool2d.ts.
 *
 * Forward, begin and end count lines of output pixels; backward they count samples, for windows may overlap: all that is
 * added to a sample's numbers is added by one thread, in one order.
 */
import { Four } from "./tail";
import { Windows } from "./windows";

export function maxPool2d(
  x: usize,
  y: usize,
  taps: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideY: i32,
  strideX: i32,
  top: i32,
  left: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const windows = Windows.at(
    scratch,
    batch,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    windowHeight,
    windowWidth,
    strideY,
    strideX,
    top,
    left,
  );
  for (let line = begin; line < end; line++) {
    for (let outX = 0; outX < outWidth; outX++) {
      const out = (<usize>((line * outWidth + outX) * channels)) << 2;
      for (let c = 0; c < channels; c += 4) {
        const at = out + ((<usize>c) << 2);
        searchWindow(windows, x + ((<usize>c) << 2), line, outX, channels - c, y + at, taps + at);
      }
    }
  }
}

/** The largest of each of four channels under one window. */
function searchWindow(windows: Windows, x: usize, line: i32, outX: i32, left: i32, y: usize, taps: usize): void {
  let best = i32x4.splat(-1);
  let largest = f32x4.splat(0);
  let tap = 0;
  for (let tapY = 0; tapY < windows.windowHeight; tapY++) {
    for (let tapX = 0; tapX < windows.windowWidth; tapX++, tap++) {
      const offset = windows.offset(line, outX, tapY, tapX);
      if (offset < 0) continue;
      const value = Four.load(x + ((<usize>offset) << 2), left);
      const firstNan = v128.and(f32x4.ne(value, value), f32x4.eq(largest, largest));
      const none = i32x4.lt_s(best, i32x4.splat(0));
      const better = v128.or(v128.or(f32x4.gt(value, largest), firstNan), none);
      largest = v128.bitselect(value, largest, better);
      best = v128.bitselect(i32x4.splat(tap), best, better);
    }
  }
  Four.store(y, largest, left);
  Four.store(taps, f32x4.convert_i32x4_s(best), left);
}

export function maxPool2dBackward(
  taps: usize,
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideY: i32,
  strideX: i32,
  top: i32,
  left: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const windows = Windows.at(
    scratch,
    batch,
    height,
    width,
    channels,
    outHeight,
    outWidth,
    windowHeight,
    windowWidth,
    strideY,
    strideX,
    top,
    left,
  );
  for (let line = begin * outHeight; line < end * outHeight; line++) {
    for (let outX = 0; outX < outWidth; outX++) {
      const out = (<usize>((line * outWidth + outX) * channels)) << 2;
      let tap = 0;
      for (let tapY = 0; tapY < windowHeight; tapY++) {
        for (let tapX = 0; tapX < windowWidth; tapX++, tap++) {
          const offset = windows.offset(line, outX, tapY, tapX);
          if (offset >= 0) addWhere(taps + out, <f32>tap, dy + out, dx + ((<usize>offset) << 2), channels);
        }
      }
    }
  }
}

/** dx += dy in those channels whose largest number stood under this tap. */
function addWhere(taps: usize, tap: f32, dy: usize, dx: usize, channels: i32): void {
  for (let left = channels; left > 0; left -= 4, taps += 16, dy += 16, dx += 16) {
    const here = f32x4.eq(Four.load(taps, left), f32x4.splat(tap));
    if (!v128.any_true(here)) continue;
    const sum = f32x4.add(Four.load(dx, left), Four.load(dy, left));
    Four.store(dx, v128.bitselect(sum, Four.load(dx, left), here), left);
  }
}
