/**
 * Convolution with 3×3 filters that go step by step, by Winograd's F(2×2, 3×3): sixteen multiplications where the sums say
 * thirty-six. Twin: ../reference/winograd.ts, which has the formulas. Tiles of 2×2 outputs go in blocks:
 *
 *   spread     the 4×4 patches under the block's tiles become v, sixteen planes of [tiles, channels]
 *   multiply   for eight filters: m = v · u, sixteen small products of matrices, four tiles at a time
 *   gather     m becomes the four outputs of each tile. A tile is just what a window of 2×2 max pooling sees, so with
 *              pooling they are compared where they arise and only the largest is written
 *
 * begin and end count samples, or of each sample `pieces` parts of the filters. Each tile's sums have one order whatever
 * block it is in.
 */
import { MultiplyAdd } from "./multiply-add";
import { Windows } from "./windows";

const F32: usize = 4;
/** Tiles whose products are summed in registers at once: 4 · 2 sums, 2 of u, 1 of v, and a product: with 6 · 2, some of 15 registers spill. */
const ROWS = 4;
/** Filters that go together; u has them as neighbours. */
const PANEL = 8;
const PANEL_BYTES: usize = 32;
/** Channels of a tile that lie side by side, so that four tiles have their numbers at fixed distances. */
const CHUNK = 32;
const CHUNK_BYTES: usize = 128;
/** Tiles of a block. */
const TILES = 24;
/** Bytes of scratch for what is known of pictures and outputs. */
const TABLES: usize = 128;
/** With so many channels a block of half as many tiles is as large. */
const MANY_CHANNELS = 128;

/** u = G · w · Gᵀ for each channel and filter, in panels of eight columns; begin and end count channels. */
export function winogradWeights(
  weight: usize,
  seen: usize,
  u: usize,
  channels: i32,
  filters: i32,
  turned: i32,
  begin: i32,
  end: i32,
  _scratch: usize,
): void {
  const tap = <usize>(channels * filters) * F32;
  for (let c = begin; c < end; c++) {
    const line = <usize>(c * filters) * F32;
    if (seen != 0 && !Weights.haveChanged(weight + line, seen + line, tap, <usize>filters * F32)) continue;
    for (let f = 0; f < filters; f += turned ? 1 : 4) {
      const w = weight + line + <usize>f * F32;
      if (turned) {
        const to = u + <usize>((c & ~(PANEL - 1)) * filters + f * PANEL + (c & (PANEL - 1))) * F32;
        Turned.filter(w, tap, to);
      } else {
        const to = u + <usize>((f & ~(PANEL - 1)) * channels + c * PANEL + (f & (PANEL - 1))) * F32;
        Weights.column(w, tap, 0, to);
        Weights.column(w, tap, 1, to);
        Weights.column(w, tap, 2, to);
        for (let row: usize = 0; row < 4; row++) Weights.line(to + row * 4 * tap, tap);
      }
    }
  }
}

/** Four filters of a channel at a time. Planes of u lie as far apart as taps do: each has a number for every weight. */
class Weights {
  /** Whether a channel's weights differ from those seen last; if so, they are now. Numbers are compared by their bits. */
  static haveChanged(weight: usize, seen: usize, tap: usize, length: usize): bool {
    for (let i = 0; i < 9; i++, weight += tap, seen += tap) {
      for (let at: usize = 0; at < length; at += 16) {
        if (!v128.any_true(v128.xor(v128.load(weight + at), v128.load(seen + at)))) continue;
        for (; i < 9; i++, weight += tap, seen += tap) memory.copy(seen, weight, length);
        return true;
      }
    }
    return false;
  }

  /** Column j of G · w, into column j of the planes. */
  @inline static column(w: usize, plane: usize, j: usize, to: usize): void {
    const tap = plane;
    const half = f32x4.splat(0.5);
    const w0 = v128.load(w + j * tap);
    const w1 = f32x4.mul(v128.load(w + (3 + j) * tap), half);
    const w2 = v128.load(w + (6 + j) * tap);
    const outer = f32x4.mul(f32x4.add(w0, w2), half);
    v128.store(to + j * plane, w0);
    v128.store(to + (4 + j) * plane, f32x4.add(outer, w1));
    v128.store(to + (8 + j) * plane, f32x4.sub(outer, w1));
    v128.store(to + (12 + j) * plane, w2);
  }

  /** A line of three of G · w becomes a line of four of G · w · Gᵀ. */
  @inline static line(to: usize, plane: usize): void {
    const half = f32x4.splat(0.5);
    const w0 = v128.load(to);
    const w1 = f32x4.mul(v128.load(to + plane), half);
    const w2 = v128.load(to + 2 * plane);
    const outer = f32x4.mul(f32x4.add(w0, w2), half);
    v128.store(to + plane, f32x4.add(outer, w1));
    v128.store(to + 2 * plane, f32x4.sub(outer, w1));
    v128.store(to + 3 * plane, w2);
  }
}

/** One filter of a channel, upside down: which leaves the first and the last of four lines to change places. */
class Turned {
  @inline static filter(w: usize, tap: usize, to: usize): void {
    for (let j: usize = 0; j < 3; j++) {
      const from = w + (2 - j) * tap;
      const w0 = load<f32>(from + 6 * tap);
      const w1 = load<f32>(from + 3 * tap) * 0.5;
      const w2 = load<f32>(from);
      const outer = (w0 + w2) * 0.5;
      store<f32>(to + j * tap, w0);
      store<f32>(to + (4 + j) * tap, outer + w1);
      store<f32>(to + (8 + j) * tap, outer - w1);
      store<f32>(to + (12 + j) * tap, w2);
    }
    for (let row = 0; row < 4; row++, to += 4 * tap) {
      const w0 = load<f32>(to);
      const w1 = load<f32>(to + tap) * 0.5;
      const w2 = load<f32>(to + 2 * tap);
      const outer = (w0 + w2) * 0.5;
      store<f32>(to + tap, outer + w1);
      store<f32>(to + 2 * tap, outer - w1);
      store<f32>(to + 3 * tap, w2);
    }
  }
}

export function winogradConvolution(
  x: usize,
  u: usize,
  bias: usize,
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
  filters: i32,
  relu: i32,
  fresh: i32,
  pieces: i32,
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
  const target = Target.at(scratch + Windows.SIZE, y, 0, bias, relu, fresh);
  convolvePieces(windows, x, u, target, filters, pieces, begin, end, scratch + TABLES);
}

export function winogradPool(
  x: usize,
  u: usize,
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
  relu: i32,
  pieces: i32,
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
  const target = Target.at(scratch + Windows.SIZE, y, taps, bias, relu, 1);
  convolvePieces(windows, x, u, target, filters, pieces, begin, end, scratch + TABLES);
}

/** Where outputs go, and what happens to them on their way. */
@unmanaged
class Target {
  y: usize;
  /** 0 without pooling. */
  taps: usize;
  /** 0 without a bias. */
  bias: usize;
  least: f32;
  adds: bool;

  static at(address: usize, y: usize, taps: usize, bias: usize, relu: i32, fresh: i32): Target {
    const target = changetype<Target>(address);
    target.y = y;
    target.taps = taps;
    target.bias = bias;
    target.least = relu ? 0 : -Infinity;
    target.adds = fresh == 0;
    return target;
  }
}

/** Whole samples, if each is one piece; else some of the filters of some samples, pieces of the same sample in one go. */
function convolvePieces(
  windows: Windows,
  x: usize,
  u: usize,
  target: Target,
  filters: i32,
  pieces: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const tiles = ((windows.outHeight + 1) / 2) * ((windows.outWidth + 1) / 2);
  if (pieces == 1) {
    convolve(windows, x, u, target, filters, begin * tiles, end * tiles, 0, filters, scratch);
    return;
  }
  const panels = filters / PANEL;
  while (begin < end) {
    const sample = begin / pieces;
    const first = begin - sample * pieces;
    const last = min(pieces, first + end - begin);
    const from = ((first * panels) / pieces) * PANEL;
    const to = ((last * panels) / pieces) * PANEL;
    convolve(windows, x, u, target, filters, sample * tiles, (sample + 1) * tiles, from, to, scratch);
    begin += last - first;
  }
}

/** The tiles from `begin` to ahead of `end`, and of the filters those from `firstFilter` to ahead of `lastFilter`. */
function convolve(
  windows: Windows,
  x: usize,
  u: usize,
  target: Target,
  filters: i32,
  begin: i32,
  end: i32,
  firstFilter: i32,
  lastFilter: i32,
  scratch: usize,
): void {
  const channels = windows.channels;
  const block = channels > MANY_CHANNELS ? TILES / 2 : TILES;
  const chunks = (channels + CHUNK - 1) / CHUNK;
  const chunk = <usize>block * CHUNK_BYTES;
  const plane = <usize>chunks * chunk;
  const planeM = <usize>block * PANEL_BYTES;
  const m = scratch;
  const patch = m + 16 * planeM;
  const v = patch + <usize>(16 * channels) * F32;
  const floor = f32x4.splat(target.least);
  for (let first = begin; first < end; first += block) {
    const tiles = min(block, end - first);
    // four at a time: those that the last four lack are computed from what the scratch holds, and not written
    const rounded = ((tiles + ROWS - 1) / ROWS) * ROWS;
    for (let tile = 0; tile < tiles; tile++) {
      spreadTile(windows, x, first + tile, patch, v + <usize>tile * CHUNK_BYTES, chunk, plane);
    }
    for (let f = firstFilter; f < lastFilter; f += PANEL) {
      const panel = u + <usize>(f * channels) * F32;
      for (let p: usize = 0; p < 16; p++) {
        const from = panel + p * <usize>(channels * filters) * F32;
        for (let tile = 0; tile < rounded; tile += ROWS) {
          const at = p * planeM + <usize>tile * PANEL_BYTES;
          Products.multiply(v + p * plane + <usize>tile * CHUNK_BYTES, from, m + at, channels, chunk);
        }
      }
      for (let half: usize = 0; half < PANEL_BYTES; half += 16) {
        const column = <usize>f * F32 + half;
        const shift = target.bias ? v128.load(target.bias + column) : f32x4.splat(0);
        if (target.taps) {
          let out = <usize>(first * filters) * F32 + column;
          for (let tile = 0; tile < tiles; tile++, out += <usize>filters * F32) {
            const from = m + <usize>tile * PANEL_BYTES + half;
            Largest.gather(from, planeM, shift, floor, target.y + out, target.taps + out);
          }
        } else {
          for (let tile = 0; tile < tiles; tile++) {
            const from = m + <usize>tile * PANEL_BYTES + half;
            gatherAll(windows, first + tile, from, planeM, shift, floor, target, <usize>filters * F32, column);
          }
        }
      }
    }
  }
}

/** v = Bᵀ · d · B for each channel of the 4×4 patch d under a tile. */
function spreadTile(windows: Windows, x: usize, tile: i32, patch: usize, v: usize, chunk: usize, plane: usize): void {
  const across = (windows.outWidth + 1) / 2;
  const down = (windows.outHeight + 1) / 2;
  const line = tile / across;
  const sample = line / down;
  const firstY = (line - sample * down) * 2 - windows.top;
  const firstX = (tile - line * across) * 2 - windows.left;
  const pixel = <usize>windows.channels * F32;
  const picture = x + <usize>(sample * windows.height * windows.width) * pixel;
  const inside = firstY >= 0 && firstX >= 0 && firstY + 4 <= windows.height && firstX + 4 <= windows.width;
  if (inside) {
    const from = picture + <usize>(firstY * windows.width + firstX) * pixel;
    spread(from, <usize>windows.width * pixel, pixel, windows.channels, v, chunk, plane);
    return;
  }
  // at the border the patch is copied, with zeros for the padding
  memory.fill(patch, 0, 16 * pixel);
  const from = max(0, -firstX);
  const to = min(4, windows.width - firstX);
  for (let i = 0; i < 4 && from < to; i++) {
    const row = firstY + i;
    if (<u32>row >= <u32>windows.height) continue;
    const source = picture + <usize>(row * windows.width + firstX + from) * pixel;
    memory.copy(patch + <usize>(i * 4 + from) * pixel, source, <usize>(to - from) * pixel);
  }
  spread(patch, 4 * pixel, pixel, windows.channels, v, chunk, plane);
}

/** The same for a patch of which every pixel is there; `row` and `pixel` bytes lie between neighbours. */
function spread(d: usize, row: usize, pixel: usize, channels: i32, v: usize, chunk: usize, plane: usize): void {
  for (let first = 0; first < channels; first += CHUNK, v += chunk) {
    const count = <usize>min(CHUNK, channels - first) * F32;
    for (let at: usize = 0; at < count; at += 16, d += 16) {
      const d1 = d + row;
      const d2 = d1 + row;
      const d3 = d2 + row;
      const a0 = v128.load(d1);
      const a1 = v128.load(d1 + pixel);
      const a2 = v128.load(d1 + 2 * pixel);
      const a3 = v128.load(d1 + 3 * pixel);
      const b0 = v128.load(d2);
      const b1 = v128.load(d2 + pixel);
      const b2 = v128.load(d2 + 2 * pixel);
      const b3 = v128.load(d2 + 3 * pixel);
      let to = v + at;
      Spread.line(
        f32x4.sub(v128.load(d), b0),
        f32x4.sub(v128.load(d + pixel), b1),
        f32x4.sub(v128.load(d + 2 * pixel), b2),
        f32x4.sub(v128.load(d + 3 * pixel), b3),
        to,
        plane,
      );
      to += 4 * plane;
      Spread.line(f32x4.add(a0, b0), f32x4.add(a1, b1), f32x4.add(a2, b2), f32x4.add(a3, b3), to, plane);
      to += 4 * plane;
      Spread.line(f32x4.sub(b0, a0), f32x4.sub(b1, a1), f32x4.sub(b2, a2), f32x4.sub(b3, a3), to, plane);
      to += 4 * plane;
      Spread.line(
        f32x4.sub(a0, v128.load(d3)),
        f32x4.sub(a1, v128.load(d3 + pixel)),
        f32x4.sub(a2, v128.load(d3 + 2 * pixel)),
        f32x4.sub(a3, v128.load(d3 + 3 * pixel)),
        to,
        plane,
      );
    }
  }
}

class Spread {
  /** A line of Bᵀ · d becomes a line of Bᵀ · d · B. */
  @inline static line(t0: v128, t1: v128, t2: v128, t3: v128, to: usize, plane: usize): void {
    v128.store(to, f32x4.sub(t0, t2));
    v128.store(to + plane, f32x4.add(t1, t2));
    v128.store(to + 2 * plane, f32x4.sub(t2, t1));
    v128.store(to + 3 * plane, f32x4.sub(t1, t3));
  }
}

class Products {
  /** m[4 tiles × 8 filters] = v · u in one plane; each chunk of 32 channels of v begins `chunk` bytes after the last. */
  @inline static multiply(v: usize, u: usize, m: usize, channels: i32, chunk: usize): void {
    let c00 = f32x4.splat(0),
      c01 = f32x4.splat(0);
    let c10 = f32x4.splat(0),
      c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0),
      c21 = f32x4.splat(0);
    let c30 = f32x4.splat(0),
      c31 = f32x4.splat(0);
    for (let left = channels; left > 0; left -= CHUNK, v += chunk) {
      const last = v + <usize>min(CHUNK, left) * F32;
      for (let a = v; a < last; a += 4, u += 32) {
        const b0 = v128.load(u);
        const b1 = v128.load(u, 16);
        let s = v128.load32_splat(a);
        c00 = MultiplyAdd.of(s, b0, c00);
        c01 = MultiplyAdd.of(s, b1, c01);
        s = v128.load32_splat(a, 128);
        c10 = MultiplyAdd.of(s, b0, c10);
        c11 = MultiplyAdd.of(s, b1, c11);
        s = v128.load32_splat(a, 256);
        c20 = MultiplyAdd.of(s, b0, c20);
        c21 = MultiplyAdd.of(s, b1, c21);
        s = v128.load32_splat(a, 384);
        c30 = MultiplyAdd.of(s, b0, c30);
        c31 = MultiplyAdd.of(s, b1, c31);
      }
    }
    v128.store(m, c00);
    v128.store(m, c01, 16);
    v128.store(m, c10, 32);
    v128.store(m, c11, 48);
    v128.store(m, c20, 64);
    v128.store(m, c21, 80);
    v128.store(m, c30, 96);
    v128.store(m, c31, 112);
  }
}

/** The four outputs Aᵀ · m · A of a tile, for four filters, those that are not beyond the edge; `pixel` bytes lie between neighbours. */
function gatherAll(
  windows: Windows,
  tile: i32,
  m: usize,
  plane: usize,
  bias: v128,
  floor: v128,
  target: Target,
  pixel: usize,
  column: usize,
): void {
  const across = (windows.outWidth + 1) / 2;
  const down = (windows.outHeight + 1) / 2;
  const line = tile / across;
  const sample = line / down;
  const outY = (line - sample * down) * 2;
  const outX = (tile - line * across) * 2;
  const y = target.y + <usize>((sample * windows.outHeight + outY) * windows.outWidth + outX) * pixel + column;
  const below = y + <usize>windows.outWidth * pixel;
  const isWhole = outX + 1 < windows.outWidth;
  const m1 = m + 4 * plane;
  const m2 = m + 8 * plane;
  const m3 = m + 12 * plane;
  const s10 = Gather.left(m1, plane);
  const s20 = Gather.left(m2, plane);
  const s11 = Gather.right(m1, plane);
  const s21 = Gather.right(m2, plane);
  Output.store(y, f32x4.add(f32x4.add(Gather.left(m, plane), s10), s20), bias, floor, target.adds);
  if (isWhole) {
    Output.store(y + pixel, f32x4.add(f32x4.add(Gather.right(m, plane), s11), s21), bias, floor, target.adds);
  }
  if (outY + 1 == windows.outHeight) return;
  Output.store(below, f32x4.sub(f32x4.sub(s10, s20), Gather.left(m3, plane)), bias, floor, target.adds);
  if (isWhole) {
    Output.store(below + pixel, f32x4.sub(f32x4.sub(s11, s21), Gather.right(m3, plane)), bias, floor, target.adds);
  }
}

class Output {
  @inline static store(y: usize, sum: v128, bias: v128, floor: v128, adds: bool): void {
    sum = f32x4.add(sum, bias);
    if (adds) sum = f32x4.add(sum, v128.load(y));
    v128.store(y, f32x4.max(sum, floor));
  }
}

class Largest {
  /** The four outputs Aᵀ · m · A of a tile, for four filters; the largest, with its bias, and where it stood. */
  @inline static gather(m: usize, plane: usize, bias: v128, floor: v128, y: usize, taps: usize): void {
    const m1 = m + 4 * plane;
    const m2 = m + 8 * plane;
    const m3 = m + 12 * plane;
    const s10 = Gather.left(m1, plane);
    const s11 = Gather.right(m1, plane);
    const s20 = Gather.left(m2, plane);
    const s21 = Gather.right(m2, plane);
    let largest = f32x4.add(f32x4.add(Gather.left(m, plane), s10), s20);
    let best = f32x4.splat(0);
    let value = f32x4.add(f32x4.add(Gather.right(m, plane), s11), s21);
    let better = Gather.better(value, largest);
    largest = v128.bitselect(value, largest, better);
    best = v128.bitselect(f32x4.splat(1), best, better);
    value = f32x4.sub(f32x4.sub(s10, s20), Gather.left(m3, plane));
    better = Gather.better(value, largest);
    largest = v128.bitselect(value, largest, better);
    best = v128.bitselect(f32x4.splat(2), best, better);
    value = f32x4.sub(f32x4.sub(s11, s21), Gather.right(m3, plane));
    better = Gather.better(value, largest);
    largest = v128.bitselect(value, largest, better);
    best = v128.bitselect(f32x4.splat(3), best, better);
    v128.store(y, f32x4.max(f32x4.add(largest, bias), floor));
    v128.store(taps, best);
  }
}

class Gather {
  @inline static left(m: usize, plane: usize): v128 {
    return f32x4.add(f32x4.add(v128.load(m), v128.load(m + plane)), v128.load(m + 2 * plane));
  }

  @inline static right(m: usize, plane: usize): v128 {
    return f32x4.sub(f32x4.sub(v128.load(m + plane), v128.load(m + 2 * plane)), v128.load(m + 3 * plane));
  }

  /** Larger, or the first that is no number. */
  @inline static better(value: v128, largest: v128): v128 {
    return v128.andnot(f32x4.eq(largest, largest), f32x4.le(value, largest));
  }
}
