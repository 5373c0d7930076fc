/**
 * Average pooling: four channels at a time, summed in f64. Twin: ../reference/average-pool2d.ts.
 *
 * Forward, begin and end count lines of output pixels; backward they count samples, for windows may overlap: all that is
 * added to a sample's numbers is added by one thread, in one order.
 */
import { Four } from "./tail";
import { Wide } from "./wide";
import { Windows } from "./windows";

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
  for (let line = begin; line < end; line++) {
    for (let outX = 0; outX < outWidth; outX++) {
      const out = y + ((<usize>((line * outWidth + outX) * channels)) << 2);
      const count = f64x2.splat(<f64>windows.count(line, outX));
      for (let c = 0; c < channels; c += 4) {
        const skip = (<usize>c) << 2;
        averageWindow(windows, x + skip, line, outX, channels - c, count, out + skip);
      }
    }
  }
}

function averageWindow(windows: Windows, x: usize, line: i32, outX: i32, left: i32, count: v128, y: usize): void {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let tapY = 0; tapY < windows.windowHeight; tapY++) {
    for (let tapX = 0; tapX < windows.windowWidth; tapX++) {
      const offset = windows.offset(line, outX, tapY, tapX);
      if (offset < 0) continue;
      const value = Four.load(x + ((<usize>offset) << 2), left);
      low = f64x2.add(low, Wide.low(value));
      high = f64x2.add(high, Wide.high(value));
    }
  }
  Four.store(y, Wide.join(f64x2.div(low, count), f64x2.div(high, count)), left);
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
  for (let line = begin * outHeight; line < end * outHeight; line++) {
    for (let outX = 0; outX < outWidth; outX++) {
      const out = dy + ((<usize>((line * outWidth + outX) * channels)) << 2);
      const count = f32x4.splat(<f32>windows.count(line, outX));
      for (let tapY = 0; tapY < windowHeight; tapY++) {
        for (let tapX = 0; tapX < windowWidth; tapX++) {
          const offset = windows.offset(line, outX, tapY, tapX);
          if (offset >= 0) addShare(out, count, dx + ((<usize>offset) << 2), channels);
        }
      }
    }
  }
}

/** dx += dy / count */
function addShare(dy: usize, count: v128, dx: usize, channels: i32): void {
  for (let left = channels; left > 0; left -= 4, dy += 16, dx += 16) {
    Four.store(dx, f32x4.add(Four.load(dx, left), f32x4.div(Four.load(dy, left), count)), left);
  }
}
