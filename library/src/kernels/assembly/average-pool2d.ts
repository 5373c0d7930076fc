/**
 * Average pooling: four channels at a time, summed in f64. Twin: ../reference/average-pool2d.ts.
 *
 * Forward, begin and end count lines of output pixels; backward they count samples, for windows may overlap: all that is
 * added to a sample's numbers is added by one thread, in one order.
 */
import { Four } from "./tail";
import { Wide } from "./wide";
import { ENTRY, Windows } from "./windows";

export function averagePool2d(
  x: usize,
  y: usize,
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
  const entries = scratch + Windows.SIZE;
  for (let line = begin; line < end; line++) {
    for (let outX = 0; outX < outWidth; outX++) {
      const count = windows.list(line, outX, entries);
      const out = y + ((<usize>((line * outWidth + outX) * channels)) << 2);
      for (let c = 0; c < channels; c += 4) {
        const skip = (<usize>c) << 2;
        averageWindow(x + skip, entries, count, channels - c, out + skip);
      }
    }
  }
}

/** The mean of each of up to four channels over the listed pixels. */
function averageWindow(x: usize, entries: usize, count: i32, left: i32, y: usize): void {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = 0; i < count; i++, entries += ENTRY) {
    const value = Four.load(x + ((<usize>load<i32>(entries, 4)) << 2), left);
    low = f64x2.add(low, Wide.low(value));
    high = f64x2.add(high, Wide.high(value));
  }
  const divisor = f64x2.splat(<f64>count);
  Four.store(y, Wide.join(f64x2.div(low, divisor), f64x2.div(high, divisor)), left);
}

export function averagePool2dBackward(
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
  const entries = scratch + Windows.SIZE;
  for (let line = begin * outHeight; line < end * outHeight; line++) {
    for (let outX = 0; outX < outWidth; outX++) {
      const count = windows.list(line, outX, entries);
      const out = dy + ((<usize>((line * outWidth + outX) * channels)) << 2);
      for (let c = 0; c < channels; c += 4) {
        const skip = (<usize>c) << 2;
        shareOut(out + skip, entries, count, channels - c, dx + skip);
      }
    }
  }
}

/** dx += dy / count, for each of up to four channels at every listed pixel. */
function shareOut(dy: usize, entries: usize, count: i32, left: i32, dx: usize): void {
  const share = f32x4.div(Four.load(dy, left), f32x4.splat(<f32>count));
  for (let i = 0; i < count; i++, entries += ENTRY) {
    const at = dx + ((<usize>load<i32>(entries, 4)) << 2);
    Four.store(at, f32x4.add(Four.load(at, left), share), left);
  }
}
