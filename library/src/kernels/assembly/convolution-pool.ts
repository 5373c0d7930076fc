/**
 * Convolution, bias, ReLU and max pooling in one walk. Twin: ../reference/convolution-pool.ts.
 *
 * Forward, the outputs under one pooling window are computed four at a time, for eight filters: so many sums stay in
 * registers, are compared there, and only the largest is written. Outputs that pooling drops are never computed.
 *
 * Backward, only those largest outputs have a gradient, and behind a ReLU not all of these. So gradients that are not 0
 * are listed first, and only they are followed:
 *
 *   weights   by filter:  each adds its patch of the picture, times g, to that filter's sums
 *   input     by output:  each adds its filter's weights, times g, to the patch of the picture
 *
 * The sums of up to twelve vectors of a patch stay in registers while a list is walked. Patches that reach beyond the
 * picture are cut off row by row.
 *
 * begin and end count samples; for the weights, slices of the batch. Each number has one order of its sums.
 */
import { MultiplyAdd } from "./multiply-add";
import { Four, Tail } from "./tail";
import { Windows } from "./windows";

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
/** With so few channels patches may be blank, as the background of a picture is. */
const FEW_CHANNELS = 4;

/** Bytes of a listed gradient: an address, and the number. */
const ENTRY: usize = 8;
/** Filters whose gradients are listed at a time. */
const LISTED_FILTERS = 64;
/** Windows of which gradients are listed at a time, at most. */
const LISTED_WINDOWS = 256;
/** Bytes from one filter's list to the next: a cache line more than it needs, lest all lists' ends fall into one set. */
const LIST: usize = <usize>LISTED_WINDOWS * ENTRY + 64;
/** Bytes of pictures that a list refers to, roughly: they stay in the first cache. */
const LISTED_BYTES = 24_576;
/** Bytes of lists by output. */
const LIST_BYTES = 262_144;
/** Bytes of an output that has gradients: where its patch begins, down and across, its list, and the list's end. */
const PLACE: usize = 16;
/** Numbers in twelve vectors, as many as stay in registers. */
const TWELVE = 48;

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

/** Whether nothing but zeros is seen. */
function blank(seen: usize, row: usize, rows: i32, length: i32): bool {
  for (let i = 0; i < rows; i++, seen += row) {
    for (let j = 0; j < length; j += 4) {
      const values = Four.load(seen + <usize>j * F32, length - j);
      if (v128.any_true(f32x4.ne(values, f32x4.splat(0)))) return false;
    }
  }
  return true;
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

class Entry {
  /** Writes an entry behind a list whose end is noted at `end`; the list grows only if `bit` is odd: nothing to foretell. */
  @inline static append(end: usize, address: i32, g: f32, bit: i32): void {
    const entry = <usize>load<u32>(end);
    store<i32>(entry, address);
    store<f32>(entry, g, 4);
    store<u32>(end, <u32>entry + ((bit & 1) << 3));
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

/** Gradients of the largest numbers: what comes from behind, where a ReLU let the number through. */
class Gradients {
  /** Where gradients pass in any case. */
  @inline static mask(relu: i32): v128 {
    return i32x4.splat(relu ? 0 : -1);
  }

  @inline static load(dy: usize, y: usize, mask: v128, left: i32): v128 {
    return v128.and(Four.load(dy, left), v128.or(mask, f32x4.gt(Four.load(y, left), f32x4.splat(0))));
  }
}

/** What pooling windows noted: numbers of taps, as f32. */
class Taps {
  /** Taps times the way from one to the next, down and across. */
  @inline static offsets(taps: v128, poolWidth: i32, stepY: i32, stepX: i32): v128 {
    // half a tap more, lest a rounded quotient of whole numbers falls short
    const middle = f32x4.add(taps, f32x4.splat(0.5));
    const down = i32x4.trunc_sat_f32x4_s(f32x4.div(middle, f32x4.splat(<f32>poolWidth)));
    const across = i32x4.sub(i32x4.trunc_sat_f32x4_s(taps), i32x4.mul(down, i32x4.splat(poolWidth)));
    return i32x4.add(i32x4.mul(down, i32x4.splat(stepY)), i32x4.mul(across, i32x4.splat(stepX)));
  }
}

class Target {
  /** Up to four numbers of a target += v */
  @inline static add(target: usize, v: v128, left: i32): void {
    if (left >= 4) v128.store(target, f32x4.add(v128.load(target), v));
    else Tail.store(target, f32x4.add(Tail.load(target, left, 0), v), left);
  }
}

/** How many numbers of a row that has so many left are summed at once: twelve vectors, four, one, or the rest. */
function widthOf(left: i32): i32 {
  if (left >= TWELVE) return TWELVE;
  return left >= 16 ? 16 : min(left, 4);
}

/** target[j] += Σ_entries g · source[j] for `numbers` j: the source of an entry begins `offset` bytes after its address. */
function addRows(list: usize, end: usize, offset: i32, numbers: i32, target: usize): void {
  if (numbers == TWELVE) {
    addTwelve(list, end, <usize>offset, target);
    return;
  }
  if (numbers == 16) {
    addFour(list, end, <usize>offset, target);
    return;
  }
  let sum = f32x4.splat(0);
  if (numbers == 4) {
    for (; list < end; list += ENTRY) {
      sum = MultiplyAdd.of(v128.load(<usize>load<u32>(list) + <usize>offset), v128.load32_splat(list, 4), sum);
    }
    v128.store(target, f32x4.add(v128.load(target), sum));
    return;
  }
  for (; list < end; list += ENTRY) {
    const source = <usize>load<u32>(list) + <usize>offset;
    sum = MultiplyAdd.of(Four.load(source, numbers), v128.load32_splat(list, 4), sum);
  }
  Target.add(target, sum, numbers);
}

function addTwelve(list: usize, end: usize, offset: usize, target: usize): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0);
  let c5 = f32x4.splat(0);
  let c6 = f32x4.splat(0);
  let c7 = f32x4.splat(0);
  let c8 = f32x4.splat(0);
  let c9 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  for (; list < end; list += ENTRY) {
    const source = <usize>load<u32>(list) + offset;
    const g = v128.load32_splat(list, 4);
    c0 = MultiplyAdd.of(v128.load(source), g, c0);
    c1 = MultiplyAdd.of(v128.load(source, 16), g, c1);
    c2 = MultiplyAdd.of(v128.load(source, 32), g, c2);
    c3 = MultiplyAdd.of(v128.load(source, 48), g, c3);
    c4 = MultiplyAdd.of(v128.load(source, 64), g, c4);
    c5 = MultiplyAdd.of(v128.load(source, 80), g, c5);
    c6 = MultiplyAdd.of(v128.load(source, 96), g, c6);
    c7 = MultiplyAdd.of(v128.load(source, 112), g, c7);
    c8 = MultiplyAdd.of(v128.load(source, 128), g, c8);
    c9 = MultiplyAdd.of(v128.load(source, 144), g, c9);
    c10 = MultiplyAdd.of(v128.load(source, 160), g, c10);
    c11 = MultiplyAdd.of(v128.load(source, 176), g, c11);
  }
  v128.store(target, f32x4.add(v128.load(target), c0));
  v128.store(target, f32x4.add(v128.load(target, 16), c1), 16);
  v128.store(target, f32x4.add(v128.load(target, 32), c2), 32);
  v128.store(target, f32x4.add(v128.load(target, 48), c3), 48);
  v128.store(target, f32x4.add(v128.load(target, 64), c4), 64);
  v128.store(target, f32x4.add(v128.load(target, 80), c5), 80);
  v128.store(target, f32x4.add(v128.load(target, 96), c6), 96);
  v128.store(target, f32x4.add(v128.load(target, 112), c7), 112);
  v128.store(target, f32x4.add(v128.load(target, 128), c8), 128);
  v128.store(target, f32x4.add(v128.load(target, 144), c9), 144);
  v128.store(target, f32x4.add(v128.load(target, 160), c10), 160);
  v128.store(target, f32x4.add(v128.load(target, 176), c11), 176);
}

function addFour(list: usize, end: usize, offset: usize, target: usize): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  for (; list < end; list += ENTRY) {
    const source = <usize>load<u32>(list) + offset;
    const g = v128.load32_splat(list, 4);
    c0 = MultiplyAdd.of(v128.load(source), g, c0);
    c1 = MultiplyAdd.of(v128.load(source, 16), g, c1);
    c2 = MultiplyAdd.of(v128.load(source, 32), g, c2);
    c3 = MultiplyAdd.of(v128.load(source, 48), g, c3);
  }
  v128.store(target, f32x4.add(v128.load(target), c0));
  v128.store(target, f32x4.add(v128.load(target, 16), c1), 16);
  v128.store(target, f32x4.add(v128.load(target, 32), c2), 32);
  v128.store(target, f32x4.add(v128.load(target, 48), c3), 48);
}

/** The same for three short rows of a patch, `row` bytes apart, of one vector each; of the rows `rows` are there. */
function addThree(list: usize, end: usize, offset: i32, row: i32, rows: i32, target: usize, run: i32): void {
  const second = rows > 1 ? row : 0;
  const third = rows > 2 ? 2 * row : 0;
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  for (; list < end; list += ENTRY) {
    const source = <usize>load<u32>(list) + <usize>offset;
    const g = v128.load32_splat(list, 4);
    c0 = MultiplyAdd.of(v128.load(source), g, c0);
    c1 = MultiplyAdd.of(v128.load(source + <usize>second), g, c1);
    c2 = MultiplyAdd.of(v128.load(source + <usize>third), g, c2);
  }
  const next = <usize>run * F32;
  Target.add(target, c0, run);
  if (rows > 1) Target.add(target + next, c1, run);
  if (rows > 2) Target.add(target + 2 * next, c2, run);
}

/** The same for rows of two vectors. */
function addThreeTwice(list: usize, end: usize, offset: i32, row: i32, rows: i32, target: usize, run: i32): void {
  const second = rows > 1 ? row : 0;
  const third = rows > 2 ? 2 * row : 0;
  let c00 = f32x4.splat(0),
    c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0),
    c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0),
    c21 = f32x4.splat(0);
  for (; list < end; list += ENTRY) {
    const source = <usize>load<u32>(list) + <usize>offset;
    const g = v128.load32_splat(list, 4);
    c00 = MultiplyAdd.of(v128.load(source), g, c00);
    c01 = MultiplyAdd.of(v128.load(source, 16), g, c01);
    c10 = MultiplyAdd.of(v128.load(source + <usize>second), g, c10);
    c11 = MultiplyAdd.of(v128.load(source + <usize>second, 16), g, c11);
    c20 = MultiplyAdd.of(v128.load(source + <usize>third), g, c20);
    c21 = MultiplyAdd.of(v128.load(source + <usize>third, 16), g, c21);
  }
  const next = <usize>run * F32;
  Target.add(target, c00, run);
  Target.add(target + 16, c01, run - 4);
  if (rows > 1) {
    Target.add(target + next, c10, run);
    Target.add(target + next + 16, c11, run - 4);
  }
  if (rows > 2) {
    Target.add(target + 2 * next, c20, run);
    Target.add(target + 2 * next + 16, c21, run - 4);
  }
}

/** dx += the weights of each filter that has a gradient, times that gradient, over the patch where its largest stood. */
export function convolutionPoolBackwardInput(
  turned: usize,
  y: usize,
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
  filters: i32,
  poolHeight: i32,
  poolWidth: i32,
  relu: i32,
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
  const perSample = (outHeight / poolHeight) * (outWidth / poolWidth);
  const area = poolHeight * poolWidth;
  const block = max(1, min(perSample, LIST_BYTES / (area * (filters + 1) * <i32>ENTRY)));
  const edge = scratch + 64; // a patch's sums that are cut off, sixty-four bytes aligned
  const places = edge + <usize>TWELVE * F32;
  const lists = places + <usize>(block * area) * PLACE;
  const run = windowWidth * channels;
  const picture = <usize>(height * width * channels) * F32;
  for (let sample = begin; sample < end; sample++) {
    const target = dx + <usize>sample * picture;
    if (fresh) memory.fill(target, 0, picture);
    for (let first = 0; first < perSample; first += block) {
      const count = min(block, perSample - first);
      const last = listPlaces(
        windows,
        turned,
        y,
        taps,
        dy,
        filters,
        poolHeight,
        poolWidth,
        relu,
        sample * perSample + first,
        count,
        places,
        lists,
      );
      // a piece of all patches at a time, for then that piece of the weights stays in the first cache
      for (let i = 0; i < windowHeight; i++) {
        for (let j = 0; j < run;) {
          const numbers = widthOf(run - j);
          for (let place = places; place < last; place += PLACE) {
            addWeights(windows, place, i, j, numbers, target, edge);
          }
          j += numbers;
        }
      }
    }
  }
}

/** Lists, for each output that has gradients, where the weights of their filters begin, and the gradients. */
function listPlaces(
  windows: Windows,
  turned: usize,
  y: usize,
  taps: usize,
  dy: usize,
  filters: i32,
  poolHeight: i32,
  poolWidth: i32,
  relu: i32,
  first: i32,
  count: i32,
  places: usize,
  lists: usize,
): usize {
  const pooledWidth = windows.outWidth / poolWidth;
  const pooledHeight = windows.outHeight / poolHeight;
  const area = poolHeight * poolWidth;
  const filterBytes = windows.windowHeight * windows.windowWidth * windows.channels * <i32>F32;
  const listBytes = <usize>(filters + 1) * ENTRY;
  const mask = Gradients.mask(relu);
  let place = places;
  for (let pooled = first; pooled < first + count; pooled++) {
    const line = pooled / pooledWidth;
    const cornerY = (line % pooledHeight) * poolHeight * windows.strideY - windows.top;
    const cornerX = (pooled - line * pooledWidth) * poolWidth * windows.strideX - windows.left;
    // all outputs under this window are noted, and afterwards those without a gradient are dropped
    const here = place;
    for (let tap = 0; tap < area; tap++, place += PLACE) {
      const tapY = tap / poolWidth;
      store<i32>(place, cornerY + tapY * windows.strideY);
      store<i32>(place, cornerX + (tap - tapY * poolWidth) * windows.strideX, 4);
      store<u32>(place, <u32>lists, 8);
      store<u32>(place, <u32>lists, 12);
      lists += listBytes;
    }
    let filter = <i32>turned;
    for (let f = 0; f < filters; f += 4, filter += 4 * filterBytes) {
      const at = <usize>(pooled * filters + f) * F32;
      const g = Gradients.load(dy + at, y + at, mask, filters - f);
      const bits = i32x4.bitmask(f32x4.ne(g, f32x4.splat(0)));
      if (bits == 0) continue;
      const outputs = i32x4.mul(i32x4.trunc_sat_f32x4_s(Four.load(taps + at, filters - f)), i32x4.splat(<i32>PLACE));
      Entry.append(here + <usize>i32x4.extract_lane(outputs, 0) + 12, filter, f32x4.extract_lane(g, 0), bits);
      Entry.append(
        here + <usize>i32x4.extract_lane(outputs, 1) + 12,
        filter + filterBytes,
        f32x4.extract_lane(g, 1),
        bits >> 1,
      );
      Entry.append(
        here + <usize>i32x4.extract_lane(outputs, 2) + 12,
        filter + 2 * filterBytes,
        f32x4.extract_lane(g, 2),
        bits >> 2,
      );
      Entry.append(
        here + <usize>i32x4.extract_lane(outputs, 3) + 12,
        filter + 3 * filterBytes,
        f32x4.extract_lane(g, 3),
        bits >> 3,
      );
    }
    let kept = here;
    for (let output = here; output < place; output += PLACE) {
      if (load<u32>(output, 8) == load<u32>(output, 12)) continue;
      v128.store(kept, v128.load(output));
      kept += PLACE;
    }
    place = kept;
  }
  return place;
}

/** Adds the weights of a place's list to the picture: of row i the numbers from j on, as many as addRows takes. */
function addWeights(windows: Windows, place: usize, i: i32, j: i32, numbers: i32, picture: usize, edge: usize): void {
  const y = load<i32>(place) + i;
  const x = load<i32>(place, 4);
  const list = <usize>load<u32>(place, 8);
  const end = <usize>load<u32>(place, 12);
  const from = max(0, -x) * windows.channels;
  const to = min(windows.windowWidth, windows.width - x) * windows.channels;
  if (<u32>y >= <u32>windows.height || j >= to || j + numbers <= from) return;
  const target = picture + <usize>((y * windows.width + x) * windows.channels + j) * F32;
  const offset = (i * windows.windowWidth * windows.channels + j) * <i32>F32;
  if (j >= from && j + numbers <= to) {
    addRows(list, end, offset, numbers, target);
    return;
  }
  memory.fill(edge, 0, <usize>numbers * F32);
  addRows(list, end, offset, numbers, edge);
  for (let k = max(from - j, 0); k < min(to - j, numbers); k++) {
    const skip = <usize>k * F32;
    store<f32>(target + skip, load<f32>(target + skip) + load<f32>(edge + skip));
  }
}
