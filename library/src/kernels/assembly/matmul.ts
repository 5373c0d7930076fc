/**
 * c (+)= a·b, and with a or b transposed; and a dense layer. Twin: ../reference/matmul.ts.
 *
 * The textbook loops read b once for every row of a, from ever further away. Here the product is cut: K into blocks of
 * 256, N into blocks of 256 columns. That part of b is copied into panels of 8 columns: see panels.ts. Then row by row of
 * tiles, all sums of a tile are kept in registers while K runs: see outer-products.ts. The numbers of a are read where they
 * lie, from rows or from columns; only of a transposed a that meets many panels is a tile's part copied together first.
 *
 * A unit of work is a panel of c by `height` rows; units go down a panel and then on to the next, so that a share of them
 * is whole panels, but for its first and its last. Wherever c is cut, every number has the same sums in the same order: one
 * chain for each block of K, from 0 (of the first block, from the bias), and each added to what is there.
 *
 * Of up to four rows, as in the prediction of one image, b is not copied, and its rows that meet a 0 are left out. With a
 * finite b no sum changes by a single bit; what a 0 would make of an infinite b is not computed.
 *
 * @see [Goto08]
 */
import { Ending, multiplySome, multiplyTile, PLACES } from "./outer-products";
import { BLOCK_K, packColumns, packRows, PANEL, PITCH, STEP } from "./panels";
import { addRows } from "./row-sums";
import { Four } from "./tail";

const F32: usize = 4;
const BLOCK_PANELS = 32; // 264 KB, which stay in the second cache
/** From so many panels on a tile's part of a transposed a is copied. */
const COPIED_FROM = 4;
/** Up to so many rows b is not copied. */
const FEW_ROWS = 4;

/** Where in this thread's scratch things lie, in bytes. */
const PACKED_A: usize = <usize>BLOCK_PANELS * PITCH;
const OFFSETS: usize = PACKED_A + <usize>(BLOCK_K * PLACES) * F32;
const COPY_OFFSETS: usize = OFFSETS + <usize>BLOCK_K * F32;
const PLACE_LIST: usize = COPY_OFFSETS + <usize>BLOCK_K * F32;
const TARGETS: usize = PLACE_LIST + 32;
const TILE: usize = TARGETS + 32;
const ENDING: usize = TILE + 192;

/** Entries of a row of a that are looked up in one go. */
const ENTRIES = 4096;

export function matmul(
  a: usize,
  b: usize,
  c: usize,
  M: i32,
  K: i32,
  N: i32,
  fresh: i32,
  height: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  if (M <= FEW_ROWS) fewRows(a, b, 0, c, M, K, N, <bool>fresh, false, begin, end, scratch);
  else product(a, K, 1, b, N, 1, 0, c, M, K, N, <bool>fresh, false, height, begin, end, scratch);
}

export function matmulTransposeB(
  a: usize,
  b: usize,
  c: usize,
  M: i32,
  K: i32,
  N: i32,
  fresh: i32,
  height: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  product(a, K, 1, b, 1, K, 0, c, M, K, N, <bool>fresh, false, height, begin, end, scratch);
}

export function matmulTransposeA(
  a: usize,
  b: usize,
  c: usize,
  M: i32,
  K: i32,
  N: i32,
  fresh: i32,
  height: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  product(a, 1, M, b, N, 1, 0, c, M, K, N, <bool>fresh, false, height, begin, end, scratch);
}

/** y = act(x·w + b). */
export function dense(
  x: usize,
  weight: usize,
  bias: usize,
  y: usize,
  M: i32,
  K: i32,
  N: i32,
  relu: i32,
  height: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  if (M <= FEW_ROWS) fewRows(x, weight, bias, y, M, K, N, true, <bool>relu, begin, end, scratch);
  else product(x, K, 1, weight, N, 1, bias, y, M, K, N, true, <bool>relu, height, begin, end, scratch);
}

/** c (+)= a·b for a and b of any strides, in elements: a[m, k] stands at m·aRow + k·aColumn. A bias of 0 is none. */
function product(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  bias: usize,
  c: usize,
  M: i32,
  K: i32,
  N: i32,
  fresh: bool,
  relu: bool,
  height: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  if (begin >= end) return;
  const pitch = <usize>N * F32;
  const row = <usize>aRow * F32;
  const step = <usize>aColumn * F32;
  const blocks = (M + height - 1) / height;
  // the first panel begins at row `top`, and the last one ends at row `bottom`
  const first = begin / blocks;
  const last = (end - 1) / blocks;
  const top = (begin % blocks) * height;
  const bottom = min(M, (((end - 1) % blocks) + 1) * height);
  const ending = changetype<Ending>(scratch + ENDING);
  const places = scratch + PLACE_LIST;
  const targets = scratch + TARGETS;
  for (let panel = first; panel <= last; panel += BLOCK_PANELS) {
    const stop = min(last + 1, panel + BLOCK_PANELS);
    const columns = min(N, stop * PANEL) - panel * PANEL;
    const copies = aRow == 1 && stop - panel >= COPIED_FROM;
    let k = 0;
    do {
      const inner = min(BLOCK_K, K - k);
      const blockB = b + <usize>(k * bRow + panel * PANEL * bColumn) * F32;
      if (bColumn == 1) packRows(blockB, <usize>bRow * F32, inner, columns, scratch);
      else packColumns(blockB, <usize>bColumn * F32, inner, columns, scratch);
      listOffsets(scratch + OFFSETS, step, inner);
      if (copies) listOffsets(scratch + COPY_OFFSETS, <usize>PLACES * F32, inner);
      const begins = bias != 0 && k == 0;
      ending.adds = !fresh || k > 0;
      ending.least = relu && k + inner == K ? 0 : -Infinity;
      ending.beginWith(0, PANEL);
      const blockA = a + <usize>k * step;
      for (let i = 0; i < M; i += PLACES) {
        const from = panel == first && i < top ? panel + 1 : panel;
        const to = stop - 1 == last && i >= bottom ? stop - 1 : stop;
        if (from >= to) continue;
        const rows = min(PLACES, M - i);
        const tileA = blockA + <usize>i * row;
        const tileC = c + <usize>i * pitch;
        const copied = copies && rows == PLACES;
        if (copied) copySteps(tileA, step, inner, scratch + PACKED_A);
        for (let r = 0; r < PLACES; r++) {
          const at = (<usize>r) << 2;
          const place = copied ? scratch + PACKED_A + at : tileA + <usize>min(r, rows - 1) * row;
          store<u32>(places + at, <u32>place);
          store<u32>(targets + at, <u32>(tileC + <usize>r * pitch));
        }
        const offsets = scratch + (copied ? COPY_OFFSETS : OFFSETS);
        let panelB = scratch + <usize>(from - panel) * PITCH;
        for (let j = from; j < to; j++, panelB += PITCH) {
          const column = <usize>j * STEP;
          const present = min(PANEL, N - j * PANEL);
          if (begins) ending.beginWith(bias + column, present);
          if (rows == PLACES && present == PANEL) {
            multiplyTile(places, offsets, inner, panelB, STEP, tileC + column, pitch, ending);
          } else {
            const tile = scratch + TILE;
            multiplySome(places, offsets, inner, panelB, STEP, targets, rows, present, column, tile, ending);
          }
        }
      }
      k += inner;
    } while (k < K);
  }
}

/** Where the numbers of each step lie, in bytes from those of the first. */
function listOffsets(to: usize, step: usize, count: i32): void {
  for (let k = 0; k < count; k++) store<u32>(to + ((<usize>k) << 2), <u32>(<usize>k * step));
}

/** A tile's part of a transposed a: PLACES neighbours of each step. */
function copySteps(source: usize, step: usize, count: i32, target: usize): void {
  for (let k = 0; k < count; k++, source += step, target += <usize>PLACES * F32) {
    v128.store(target, v128.load(source));
    if (PLACES > 4) store<u64>(target, load<u64>(source, 16), 16);
  }
}

/** The product for a few rows: begin and end count panels. */
function fewRows(
  a: usize,
  b: usize,
  bias: usize,
  c: usize,
  M: i32,
  K: i32,
  N: i32,
  fresh: bool,
  relu: bool,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const first = begin * PANEL;
  const columns = min(N, end * PANEL) - first;
  const at = <usize>first * F32;
  const values = scratch;
  const places = scratch + <usize>ENTRIES * F32;
  for (let m = 0; m < M; m++) {
    const rowC = c + <usize>(m * N) * F32 + at;
    let begins = fresh && bias == 0;
    if (bias) memory.copy(rowC, bias + at, <usize>columns * F32);
    let k = 0;
    do {
      const stop = min(K, k + ENTRIES);
      let listed: usize = 0;
      for (; k < stop; k++) {
        const x = load<f32>(a + <usize>(m * K + k) * F32);
        store<f32>(values + listed, x);
        store<u32>(places + listed, (<u32>(k * N)) << 2);
        listed += x != 0 ? F32 : 0;
      }
      addRows(places, values, <i32>(listed >> 2), b + at, rowC, columns, begins);
      begins = false;
    } while (k < K);
    if (relu) cutOff(rowC, columns);
  }
}

/** max(c, 0) */
function cutOff(c: usize, columns: i32): void {
  for (let j = 0; j < columns; j += 4) {
    const to = c + ((<usize>j) << 2);
    Four.store(to, f32x4.max(Four.load(to, columns - j), f32x4.splat(0)), columns - j);
  }
}
