/**
 * Convolution, bias, ReLU and max pooling in one walk. Twin: ../reference/convolution-pool.ts.
 *
 * Forward, the outputs under one pooling window are computed four at a time, for eight filters: so many sums stay in
 * registers, are compared there, and only the largest is written. Outputs that pooling drops are never computed.
 * begin and end count samples.
 *
 * Backward, only those largest outputs have a gradient, and behind a ReLU not all of these: see listed-gradients.ts.
 */
import { MultiplyAdd } from "./multiply-add";
import { Four } from "./tail";
import { blank, FEW_CHANNELS, Windows } from "./windows";

export { convolutionPoolBackwardInput } from "./convolution-pool-input";
export { convolutionPoolBackwardWeight } from "./convolution-pool-weight";

const F32: usize = 4;
/** Filters whose weights are packed side by side. */
const PANEL = 8;
/** One step of a panel, in bytes. */
const STEP: usize = 32;
/** Outputs whose sums are kept in registers at once. */
const ROWS = 4;
/** Bytes of packed weights that are used while a pooling window is at hand: they stay in the first cache. */
const WEIGHT_BYTES = 16_384;
/** Bytes of pictures that all filters go over before the next ones come: they stay in the second cache. */
const GROUP_BYTES: usize = 262_144;

export function convolutionPool(
  x: usize,
  weight: usize,
  bias: usize,
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
  filters: i32,
  poolHeight: i32,
  poolWidth: i32,
  relu: i32,
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
  const pixel = <usize>channels * F32;
  const K = windowHeight * windowWidth * channels;
  // what one pooling window sees of the picture
  const seenHeight = (poolHeight - 1) * strideY + windowHeight;
  const seenWidth = (poolWidth - 1) * strideX + windowWidth;
  const tile = Tile.at(scratch + Windows.SIZE, windows, poolHeight, poolWidth, relu);
  const inPicture = scratch + Windows.SIZE + Tile.SIZE;
  const inCopy = tile.listOffsets(inPicture, <usize>width * pixel);
  const copy = tile.listOffsets(inCopy, <usize>seenWidth * pixel);
  const panels = (copy + <usize>(seenHeight * seenWidth) * pixel + 15) & ~15;
  const pooledHeight = outHeight / poolHeight;
  const pooledWidth = outWidth / poolWidth;
  const mayBeBlank = channels <= FEW_CHANNELS;
  const columns = max(1, WEIGHT_BYTES / (K * <i32>STEP)) * PANEL;
  const group = max(1, <i32>(GROUP_BYTES / (<usize>(height * width) * pixel)));
  for (let first = begin; first < end; first += group) {
    const lastLine = min(first + group, end) * pooledHeight;
    for (let f = 0; f < filters; f += columns) {
      const some = min(columns, filters - f);
      if (first == begin || columns < filters) packPanels(weight + <usize>f * F32, filters, K, some, panels);
      for (let line = first * pooledHeight; line < lastLine; line++) {
        const sample = line / pooledHeight;
        const firstY = (line - sample * pooledHeight) * poolHeight * strideY - top;
        const picture = x + <usize>(sample * height * width) * pixel;
        for (let pooledX = 0; pooledX < pooledWidth; pooledX++) {
          const firstX = pooledX * poolWidth * strideX - left;
          let seen = picture + <usize>(firstY * width + firstX) * pixel;
          let row = <usize>width * pixel;
          let offsets = inPicture;
          if (firstY < 0 || firstX < 0 || firstY + seenHeight > height || firstX + seenWidth > width) {
            copySeen(windows, picture, firstY, firstX, seenHeight, seenWidth, copy);
            seen = copy;
            row = <usize>seenWidth * pixel;
            offsets = inCopy;
          }
          const out = <usize>((line * pooledWidth + pooledX) * filters + f) * F32;
          const isBlank = mayBeBlank && blank(seen, row, seenHeight, seenWidth * channels);
          for (let at = 0; at < some; at += PANEL) {
            const shift = <usize>at * F32;
            if (isBlank) tile.clear();
            else tile.search(seen, row, offsets, panels + <usize>(at * K) * F32);
            tile.write(bias + <usize>f * F32 + shift, some - at, y + out + shift, taps + out + shift);
          }
        }
      }
    }
  }
}

/** Packs `columns` neighbouring filters of K rows of weights, eight side by side; filters that are missing are 0. */
function packPanels(weight: usize, filters: i32, K: i32, columns: i32, target: usize): void {
  for (let at = 0; at < columns; at += PANEL) {
    const left = columns - at;
    let from = weight + <usize>at * F32;
    for (let k = 0; k < K; k++, from += <usize>filters * F32, target += STEP) {
      v128.store(target, Four.load(from, left));
      v128.store(target, left > 4 ? Four.load(from + 16, left - 4) : f32x4.splat(0), 16);
    }
  }
}

/** Copies a part of a picture that reaches beyond it, with zeros there. */
function copySeen(
  windows: Windows,
  picture: usize,
  firstY: i32,
  firstX: i32,
  seenHeight: i32,
  seenWidth: i32,
  target: usize,
): void {
  const pixel = <usize>windows.channels * F32;
  memory.fill(target, 0, <usize>(seenHeight * seenWidth) * pixel);
  const from = max(0, -firstX);
  const to = min(seenWidth, windows.width - firstX);
  if (from >= to) return;
  for (let i = 0; i < seenHeight; i++) {
    const y = firstY + i;
    if (<u32>y >= <u32>windows.height) continue;
    const source = picture + <usize>(y * windows.width + firstX + from) * pixel;
    memory.copy(target + <usize>(i * seenWidth + from) * pixel, source, <usize>(to - from) * pixel);
  }
}

/** The outputs of eight filters under one pooling window, and the largest of them. */
@unmanaged
class Tile {
  windowHeight: i32;
  /** Numbers of a patch's row. */
  run: i32;
  strideY: i32;
  /** Bytes from one output's patch to its right neighbour's. */
  stepX: i32;
  poolWidth: i32;
  area: i32;
  floor: f32;

  /** Bytes, with the largest so far of eight filters, and under which tap each stood. */
  static readonly SIZE: usize = 96;
  private static readonly LARGEST: usize = 32;
  private static readonly BEST: usize = 64;

  static at(address: usize, windows: Windows, poolHeight: i32, poolWidth: i32, relu: i32): Tile {
    const tile = changetype<Tile>(address);
    tile.windowHeight = windows.windowHeight;
    tile.run = windows.windowWidth * windows.channels;
    tile.strideY = windows.strideY;
    tile.stepX = windows.strideX * windows.channels * <i32>F32;
    tile.poolWidth = poolWidth;
    tile.area = poolHeight * poolWidth;
    tile.floor = relu ? 0 : -Infinity;
    return tile;
  }

  /** Where nothing is seen all outputs are 0, and the first counts. */
  clear(): void {
    const at = changetype<usize>(this) + Tile.LARGEST;
    const zero = f32x4.splat(0);
    v128.store(at, zero);
    v128.store(at, zero, 16);
    v128.store(at, zero, 32);
    v128.store(at, zero, 48);
  }

  /**
   * Notes where the patches of all outputs under a pooling window begin, if the rows of the picture lie `row` bytes apart;
   * for the last four of them also if they are fewer: then the last one again.
   *
   * @returns the address behind the list
   */
  listOffsets(list: usize, row: usize): usize {
    for (let tap = 0; tap < ((this.area + 3) & ~3); tap++, list += 4) {
      const output = min(tap, this.area - 1);
      const tapY = output / this.poolWidth;
      const tapX = output - tapY * this.poolWidth;
      store<u32>(list, <u32>(<usize>(tapY * this.strideY) * row + <usize>(tapX * this.stepX)));
    }
    return list;
  }

  /** All outputs under the window, four at a time. */
  search(seen: usize, row: usize, offsets: usize, panel: usize): void {
    const gap = row - <usize>this.run * F32;
    for (let tap = 0; tap < this.area; tap += ROWS, offsets += 16) {
      this.compare(
        seen + <usize>load<u32>(offsets),
        seen + <usize>load<u32>(offsets, 4),
        seen + <usize>load<u32>(offsets, 8),
        seen + <usize>load<u32>(offsets, 12),
        gap,
        panel,
        tap,
      );
    }
  }

  /** Four outputs, whose patches begin at p0 … p3, join the search; `gap` bytes lie between the rows of a patch. */
  private compare(p0: usize, p1: usize, p2: usize, p3: usize, gap: usize, panel: usize, tap: i32): void {
    let c00 = f32x4.splat(0),
      c01 = f32x4.splat(0);
    let c10 = f32x4.splat(0),
      c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0),
      c21 = f32x4.splat(0);
    let c30 = f32x4.splat(0),
      c31 = f32x4.splat(0);
    const run = this.run;
    for (let i = this.windowHeight; i > 0; i--) {
      for (let k = run; k > 0; k--) {
        const b0 = v128.load(panel);
        const b1 = v128.load(panel, 16);
        let s = v128.load32_splat(p0);
        c00 = MultiplyAdd.of(s, b0, c00);
        c01 = MultiplyAdd.of(s, b1, c01);
        s = v128.load32_splat(p1);
        c10 = MultiplyAdd.of(s, b0, c10);
        c11 = MultiplyAdd.of(s, b1, c11);
        s = v128.load32_splat(p2);
        c20 = MultiplyAdd.of(s, b0, c20);
        c21 = MultiplyAdd.of(s, b1, c21);
        s = v128.load32_splat(p3);
        c30 = MultiplyAdd.of(s, b0, c30);
        c31 = MultiplyAdd.of(s, b1, c31);
        p0 += 4;
        p1 += 4;
        p2 += 4;
        p3 += 4;
        panel += STEP;
      }
      p0 += gap;
      p1 += gap;
      p2 += gap;
      p3 += gap;
    }
    this.join(0, c00, c10, c20, c30, tap);
    this.join(16, c01, c11, c21, c31, tap);
  }

  /** The outputs under four taps of four filters, compared one after the other. */
  @inline private join(half: usize, c0: v128, c1: v128, c2: v128, c3: v128, tap: i32): void {
    const at = changetype<usize>(this) + half;
    let largest = c0;
    let best = f32x4.splat(<f32>tap);
    if (tap > 0) {
      const before = v128.load(at + Tile.LARGEST);
      const better = Larger.of(c0, before);
      largest = v128.bitselect(c0, before, better);
      best = v128.bitselect(best, v128.load(at + Tile.BEST), better);
    }
    let better = Larger.of(c1, largest);
    largest = v128.bitselect(c1, largest, better);
    best = v128.bitselect(f32x4.splat(<f32>(tap + 1)), best, better);
    better = Larger.of(c2, largest);
    largest = v128.bitselect(c2, largest, better);
    best = v128.bitselect(f32x4.splat(<f32>(tap + 2)), best, better);
    better = Larger.of(c3, largest);
    largest = v128.bitselect(c3, largest, better);
    best = v128.bitselect(f32x4.splat(<f32>(tap + 3)), best, better);
    v128.store(at + Tile.LARGEST, largest);
    v128.store(at + Tile.BEST, best);
  }

  /** The largest with their biases, and their taps; of the eight filters `left` are there. */
  write(bias: usize, left: i32, y: usize, taps: usize): void {
    const at = changetype<usize>(this);
    const floor = f32x4.splat(this.floor);
    let sum = f32x4.add(v128.load(at + Tile.LARGEST), Four.load(bias, left));
    Four.store(y, f32x4.max(sum, floor), left);
    Four.store(taps, v128.load(at + Tile.BEST), left);
    if (left <= 4) return;
    sum = f32x4.add(v128.load(at + Tile.LARGEST + 16), Four.load(bias + 16, left - 4));
    Four.store(y + 16, f32x4.max(sum, floor), left - 4);
    Four.store(taps + 16, v128.load(at + Tile.BEST + 16), left - 4);
  }
}

class Larger {
  /** Where a number is larger, or the first that is no number. */
  @inline static of(value: v128, largest: v128): v128 {
    return v128.andnot(f32x4.eq(largest, largest), f32x4.le(value, largest));
  }
}
