/**
 * The gradient of the weights and biases of a pooled convolution, filter by filter: each gradient that is not 0 adds its
 * patch of the picture, times itself, to the filter's sums. Twin: ../reference/convolution-pool.ts.
 *
 * Pictures are gone through some windows at a time, so that what a list refers to is still in the first cache when its
 * filter's turn comes. Patches that reach beyond the picture are cut off row by row, and not listed.
 *
 * begin and end count slices of the batch.
 */
import { addRows, addThree, addThreeTwice, ENTRY, Entry, Gradients, Taps, Target, widthOf } from "./listed-gradients";
import { MultiplyAdd } from "./multiply-add";
import { Four, Tail } from "./tail";
import { blank, FEW_CHANNELS, Windows } from "./windows";

const F32: usize = 4;
/** Filters whose gradients are listed at a time. */
const LISTED_FILTERS = 64;
/** Windows of which gradients are listed at a time, at most. */
const LISTED_WINDOWS = 256;
/** Bytes from one filter's list to the next: a cache line more than it needs, lest all lists' ends fall into one set. */
const LIST: usize = <usize>LISTED_WINDOWS * ENTRY + 64;
/** Bytes of pictures that a list refers to, roughly: they stay in the first cache. */
const LISTED_BYTES = 24_576;

/**
 * Of each slice of the batch: for each filter its patches times their gradients [filters, taps · channels], and the sums
 * of its gradients [filters].
 */
export function convolutionPoolBackwardWeight(
  x: usize,
  y: usize,
  taps: usize,
  dy: usize,
  weightSlices: usize,
  biasSlices: usize,
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
  slices: i32,
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
  const list = Lists.at(scratch + Windows.SIZE, windows, x, y, taps, dy, filters, poolHeight, poolWidth, relu);
  const K = windowHeight * windowWidth * channels;
  const perSample = (outHeight / poolHeight) * (outWidth / poolWidth);
  const picture = height * width * channels * <i32>F32;
  const block = min(LISTED_WINDOWS, max(min(16, perSample), <i32>((<f64>perSample * LISTED_BYTES) / <f64>picture)));
  for (let slice = begin; slice < end; slice++) {
    const sums = weightSlices + <usize>(slice * filters * K) * F32;
    const biasSums = biasSlices + <usize>(slice * filters) * F32;
    memory.fill(sums, 0, <usize>(filters * K) * F32);
    memory.fill(biasSums, 0, <usize>filters * F32);
    const last = ((batch * (slice + 1)) / slices) * perSample;
    for (let first = ((batch * slice) / slices) * perSample; first < last; first += block) {
      for (let f = 0; f < filters; f += LISTED_FILTERS) {
        const many = min(LISTED_FILTERS, filters - f);
        list.gather(first, min(block, last - first), f, many, sums, biasSums);
        for (let i = 0; i < many; i++) list.addPatches(i, sums + <usize>((f + i) * K) * F32);
      }
    }
  }
}

/** Gradients that are not 0, filter by filter: where each one's patch begins, and the gradient. */
@unmanaged
class Lists {
  windows: Windows;
  x: usize;
  y: usize;
  taps: usize;
  dy: usize;
  filters: i32;
  poolHeight: i32;
  poolWidth: i32;
  relu: i32;
  /** Numbers of a patch's row. */
  run: i32;
  /** Bytes from one row of the picture to the next. */
  row: i32;
  /** Where the ends of the lists are noted, and where the lists are. */
  ends: usize;
  entries: usize;
  /** The last place at which a patch may begin and yet be read in whole vectors. */
  lastPatch: usize;

  static readonly SIZE: usize = 64;

  static at(
    address: usize,
    windows: Windows,
    x: usize,
    y: usize,
    taps: usize,
    dy: usize,
    filters: i32,
    poolHeight: i32,
    poolWidth: i32,
    relu: i32,
  ): Lists {
    const lists = changetype<Lists>(address);
    lists.windows = windows;
    lists.x = x;
    lists.y = y;
    lists.taps = taps;
    lists.dy = dy;
    lists.filters = filters;
    lists.poolHeight = poolHeight;
    lists.poolWidth = poolWidth;
    lists.relu = relu;
    const pixel = windows.channels * <i32>F32;
    const pixels = windows.batch * windows.height * windows.width;
    lists.run = windows.windowWidth * windows.channels;
    lists.row = windows.width * pixel;
    lists.ends = address + Lists.SIZE;
    lists.entries = lists.ends + <usize>LISTED_FILTERS * 4;
    const rest = (windows.windowHeight - 1) * lists.row + ((lists.run + 3) & ~3) * <i32>F32;
    lists.lastPatch = x + <usize>pixels * <usize>pixel - <usize>rest;
    return lists;
  }

  @inline private listOf(filter: i32): usize {
    return this.entries + <usize>filter * LIST;
  }

  /** Lists the gradients of `count` pooling windows and some filters; adds up each filter's. */
  gather(first: i32, count: i32, firstFilter: i32, many: i32, sums: usize, biasSums: usize): void {
    const windows = this.windows;
    const pooledWidth = windows.outWidth / this.poolWidth;
    const pooledHeight = windows.outHeight / this.poolHeight;
    const stepX = windows.strideX * windows.channels * <i32>F32;
    const stepY = windows.strideY * this.row;
    const mask = Gradients.mask(this.relu);
    const seenHeight = (this.poolHeight - 1) * windows.strideY + windows.windowHeight;
    const seenWidth = (this.poolWidth - 1) * windows.strideX + windows.windowWidth;
    const seenLength = seenWidth * windows.channels;
    const mayBeBlank = windows.channels <= FEW_CHANNELS;
    const lastCorner = this.lastPatch - <usize>((this.poolHeight - 1) * stepY + (this.poolWidth - 1) * stepX);
    for (let i = 0; i < LISTED_FILTERS; i++) store<u32>(this.ends + ((<usize>i) << 2), <u32>this.listOf(i));
    for (let pooled = first; pooled < first + count; pooled++) {
      const line = pooled / pooledWidth;
      const sample = line / pooledHeight;
      const cornerY = (line - sample * pooledHeight) * this.poolHeight * windows.strideY - windows.top;
      const cornerX = (pooled - line * pooledWidth) * this.poolWidth * windows.strideX - windows.left;
      const picture = this.x + <usize>(sample * windows.height) * <usize>this.row;
      const corner = picture + <usize>(cornerY * this.row + cornerX * windows.channels * <i32>F32);
      const isWhole =
        cornerY >= 0 &&
        cornerX >= 0 &&
        cornerY + seenHeight <= windows.height &&
        cornerX + seenWidth <= windows.width &&
        corner <= lastCorner;
      // where nothing is seen, nothing is added to the weights
      const isBlank = isWhole && mayBeBlank && blank(corner, <usize>this.row, seenHeight, seenLength);
      let at = <usize>(pooled * this.filters + firstFilter) * F32;
      let ends = this.ends;
      for (let f = 0; f < many; f += 4, at += 16, ends += 16) {
        const left = many - f;
        const g = Gradients.load(this.dy + at, this.y + at, mask, left);
        const bits = i32x4.bitmask(f32x4.ne(g, f32x4.splat(0)));
        if (bits == 0) continue;
        Target.add(biasSums + <usize>(firstFilter + f) * F32, g, left);
        if (isBlank) continue;
        const taps = Four.load(this.taps + at, left);
        if (isWhole) {
          const patches = i32x4.add(i32x4.splat(<i32>corner), Taps.offsets(taps, this.poolWidth, stepY, stepX));
          Entry.append(ends, i32x4.extract_lane(patches, 0), f32x4.extract_lane(g, 0), bits);
          Entry.append(ends + 4, i32x4.extract_lane(patches, 1), f32x4.extract_lane(g, 1), bits >> 1);
          Entry.append(ends + 8, i32x4.extract_lane(patches, 2), f32x4.extract_lane(g, 2), bits >> 2);
          Entry.append(ends + 12, i32x4.extract_lane(patches, 3), f32x4.extract_lane(g, 3), bits >> 3);
        } else {
          const target = sums + <usize>((firstFilter + f) * windows.windowHeight * this.run) * F32;
          this.gatherAtEdge(this.taps + at, this.dy + at, bits, cornerY, cornerX, picture, ends, target);
        }
      }
    }
  }

  /** The same for four gradients of a window that sees padding: patches that are cut off are added at once. */
  @inline private gatherAtEdge(
    taps: usize,
    dy: usize,
    bits: i32,
    cornerY: i32,
    cornerX: i32,
    picture: usize,
    ends: usize,
    sums: usize,
  ): void {
    const windows = this.windows;
    for (; bits != 0; bits &= bits - 1) {
      const lane = <usize>ctz(bits);
      const tap = <i32>load<f32>(taps + (lane << 2));
      const tapY = tap / this.poolWidth;
      const firstY = cornerY + tapY * windows.strideY;
      const firstX = cornerX + (tap - tapY * this.poolWidth) * windows.strideX;
      const patch = picture + <usize>(firstY * this.row + firstX * windows.channels * <i32>F32);
      const isWhole =
        firstY >= 0 &&
        firstX >= 0 &&
        firstY + windows.windowHeight <= windows.height &&
        firstX + windows.windowWidth <= windows.width;
      if (isWhole && patch <= this.lastPatch) {
        const entry = <usize>load<u32>(ends + (lane << 2));
        store<u32>(entry, <u32>patch);
        store<f32>(entry, load<f32>(dy + (lane << 2)), 4);
        store<u32>(ends + (lane << 2), <u32>(entry + ENTRY));
      } else {
        const target = sums + lane * <usize>(windows.windowHeight * this.run) * F32;
        this.addCut(picture, firstY, firstX, v128.load32_splat(dy + (lane << 2)), target);
      }
    }
  }

  /** sums += g · what there is of a patch that reaches beyond its picture */
  @inline private addCut(picture: usize, firstY: i32, firstX: i32, g: v128, sums: usize): void {
    const windows = this.windows;
    const from = max(0, -firstX) * windows.channels;
    const to = min(windows.windowWidth, windows.width - firstX) * windows.channels;
    for (let i = 0; i < windows.windowHeight; i++) {
      const y = firstY + i;
      if (<u32>y >= <u32>windows.height) continue;
      let source = picture + <usize>(y * this.row + (firstX * windows.channels + from) * <i32>F32);
      let target = sums + <usize>(i * this.run + from) * F32;
      let left = to - from;
      for (; left >= 4; left -= 4, source += 16, target += 16) {
        v128.store(target, MultiplyAdd.of(v128.load(source), g, v128.load(target)));
      }
      if (left > 0) {
        Tail.store(target, MultiplyAdd.of(Tail.load(source, left, 0), g, Tail.load(target, left, 0)), left);
      }
    }
  }

  /** sums += the patches of a filter's list, each times its gradient */
  addPatches(filter: i32, sums: usize): void {
    const list = this.listOf(filter);
    const end = <usize>load<u32>(this.ends + ((<usize>filter) << 2));
    if (end == list) return;
    const rows = this.windows.windowHeight;
    const run = this.run;
    const next = <usize>run * F32;
    if (run > 8 || rows == 1) {
      for (let i = 0; i < rows; i++, sums += next) {
        for (let j = 0; j < run;) {
          const numbers = widthOf(run - j);
          addRows(list, end, i * this.row + j * <i32>F32, numbers, sums + <usize>j * F32);
          j += numbers;
        }
      }
      return;
    }
    // rows of one or two vectors go three at a time
    for (let i = 0; i < rows; i += 3, sums += 3 * next) {
      const left = rows - i;
      if (run > 4) addThreeTwice(list, end, i * this.row, this.row, left, sums, run);
      else addThree(list, end, i * this.row, this.row, left, sums, run);
    }
  }
}
