/**
 * Max pooling: four channels at a time, one tap after the other. Twin: ../reference/max-pool2d.ts.
 *
 * Forward, begin and end count lines of output pixels; backward they count samples, for windows may overlap: all that is
 * added to a sample's numbers is added by one thread, in one order. Windows that lie side by side within the picture, the
 * usual ones, are found without a list.
 */
import { Four } from "./tail";
import { ENTRY, Windows } from "./windows";

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
  if (windows.tile) {
    poolTiles(x, y, taps, windows, begin, end);
    return;
  }
  const entries = scratch + Windows.SIZE;
  for (let line = begin; line < end; line++) {
    for (let outX = 0; outX < outWidth; outX++) {
      const count = windows.list(line, outX, entries);
      const out = (<usize>((line * outWidth + outX) * channels)) << 2;
      for (let c = 0; c < channels; c += 4) {
        const skip = (<usize>c) << 2;
        searchWindow(x + skip, entries, count, channels - c, y + out + skip, taps + out + skip);
      }
    }
  }
}

/** The largest of each of up to four channels among the listed pixels. */
function searchWindow(x: usize, entries: usize, count: i32, left: i32, y: usize, taps: usize): void {
  let best = i32x4.splat(load<i32>(entries));
  let largest = Four.load(x + ((<usize>load<i32>(entries, 4)) << 2), left);
  for (let i = 1; i < count; i++) {
    entries += ENTRY;
    const value = Four.load(x + ((<usize>load<i32>(entries, 4)) << 2), left);
    const firstNan = v128.and(f32x4.ne(value, value), f32x4.eq(largest, largest));
    const better = v128.or(f32x4.gt(value, largest), firstNan);
    largest = v128.bitselect(value, largest, better);
    best = v128.bitselect(i32x4.splat(load<i32>(entries)), best, better);
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
  fresh: i32,
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
  if (fresh && windows.tile) {
    if (outHeight * strideY < height || outWidth * strideX < width) {
      const picture = (<usize>(height * width * channels)) << 2;
      memory.fill(dx + <usize>begin * picture, 0, <usize>(end - begin) * picture);
    }
    spreadTiles(taps, dy, dx, windows, begin * outHeight, end * outHeight);
    return;
  }
  const entries = scratch + Windows.SIZE;
  const sample = (<usize>(height * width * channels)) << 2;
  if (fresh) memory.fill(dx + <usize>begin * sample, 0, <usize>(end - begin) * sample);
  for (let line = begin * outHeight; line < end * outHeight; line++) {
    for (let outX = 0; outX < outWidth; outX++) {
      const count = windows.list(line, outX, entries);
      const out = (<usize>((line * outWidth + outX) * channels)) << 2;
      for (let c = 0; c < channels; c += 4) {
        const skip = (<usize>c) << 2;
        giveToLargest(taps + out + skip, dy + out + skip, entries, count, channels - c, dx + skip);
      }
    }
  }
}

/** dx += dy, for each of up to four channels at that listed pixel whose tap is noted. */
function giveToLargest(taps: usize, dy: usize, entries: usize, count: i32, left: i32, dx: usize): void {
  const noted = Four.load(taps, left);
  const gradient = Four.load(dy, left);
  // behind a ReLU most gradients are 0, and adding 0 changes nothing
  if (!v128.any_true(f32x4.ne(gradient, f32x4.splat(0)))) return;
  for (let i = 0; i < count; i++, entries += ENTRY) {
    const here = f32x4.eq(noted, f32x4.splat(<f32>load<i32>(entries)));
    if (!v128.any_true(here)) continue;
    const at = dx + ((<usize>load<i32>(entries, 4)) << 2);
    const before = Four.load(at, left);
    Four.store(at, v128.bitselect(f32x4.add(before, gradient), before, here), left);
  }
}

/** The largest numbers of windows that lie side by side: no list is needed to find them. */
function poolTiles(x: usize, y: usize, taps: usize, windows: Windows, begin: i32, end: i32): void {
  const channels = windows.channels;
  const pixel = (<usize>channels) << 2;
  const pitch = pixel * <usize>windows.width;
  let out: usize = <usize>(begin * windows.outWidth) * pixel;
  for (let line = begin; line < end; line++) {
    let corner = x + windows.cornerOf(line);
    for (let outX = 0; outX < windows.outWidth; outX++, out += pixel, corner += pixel * <usize>windows.windowWidth) {
      for (let c = 0; c < channels; c += 4) {
        const left = channels - c;
        const lane = (<usize>c) << 2;
        let largest = Four.load(corner + lane, left);
        let best = f32x4.splat(0);
        let tap: f32 = 0;
        for (let tapY = 0; tapY < windows.windowHeight; tapY++) {
          let p = corner + lane + <usize>tapY * pitch;
          for (let tapX = 0; tapX < windows.windowWidth; tapX++, p += pixel, tap++) {
            const value = Four.load(p, left);
            const firstNan = v128.and(f32x4.ne(value, value), f32x4.eq(largest, largest));
            const better = v128.or(f32x4.gt(value, largest), firstNan);
            largest = v128.bitselect(value, largest, better);
            best = v128.bitselect(f32x4.splat(tap), best, better);
          }
        }
        Four.store(y + out + lane, largest, left);
        Four.store(taps + out + lane, best, left);
      }
    }
  }
}

/** dx under such windows: dy at the noted tap, 0 at all others. */
function spreadTiles(taps: usize, dy: usize, dx: usize, windows: Windows, begin: i32, end: i32): void {
  const channels = windows.channels;
  const pixel = (<usize>channels) << 2;
  const pitch = pixel * <usize>windows.width;
  let out: usize = <usize>(begin * windows.outWidth) * pixel;
  for (let line = begin; line < end; line++) {
    let corner = dx + windows.cornerOf(line);
    for (let outX = 0; outX < windows.outWidth; outX++, out += pixel, corner += pixel * <usize>windows.windowWidth) {
      for (let c = 0; c < channels; c += 4) {
        const left = channels - c;
        const lane = (<usize>c) << 2;
        const noted = Four.load(taps + out + lane, left);
        const gradient = Four.load(dy + out + lane, left);
        let tap: f32 = 0;
        for (let tapY = 0; tapY < windows.windowHeight; tapY++) {
          let p = corner + lane + <usize>tapY * pitch;
          for (let tapX = 0; tapX < windows.windowWidth; tapX++, p += pixel, tap++) {
            Four.store(p, v128.and(gradient, f32x4.eq(noted, f32x4.splat(tap))), left);
          }
        }
      }
    }
  }
}
