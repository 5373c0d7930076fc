/**
 * c (+)= a·b, and with a or b transposed; and a dense layer. Twin: ../reference/matmul.ts.
 *
 * The textbook loops read b once for every row of a, from ever further away. Here the product is cut: K into blocks of
 * 256, N into blocks of 256 columns. That part of b is copied into panels of 8 columns: see panels.ts. Then, one row of
 * tiles after the other, all sums of a tile are kept in registers while K runs: see outer-products.ts. The numbers of a are
 * read where they lie, in rows or in columns; only of a transposed a that meets many panels is a tile's part copied.
 *
 * A unit of work is a panel of c by `height` rows; the last panel is up to twelve columns wide. Units go down a panel and
 * then on to the next, so that a thread's share is whole panels but for its first and its last, and few of them are copied
 * by two. Wherever c is cut, every number has the same sums in the same order: in each block of K one chain, which begins
 * with 0 (for a dense layer the first one with the bias), and is then added to what is there.
 *
 * Pictures are mostly background. Where few numbers of a tile are not 0, each row of c is the sum of those rows of b that
 * meet something: see row-sums.ts. So it is, too, for up to four rows, as in the prediction of one image, where copying b
 * would cost more than it saves. With a finite b no sum changes by a single bit; what a 0 would make of an infinite b is
 * not computed.
 *
 * @see [Goto08]
 */
import { Ending, multiplySome, multiplyTile, PLACES } from "./outer-products";
import { BLOCK_K, packColumns, packRows, PANEL, PITCH, STEP } from "./panels";
import { addRows } from "./row-sums";
import { Four } from "./tail";
import { multiplyWide, WIDE_ROWS } from "./wide-tile";

const F32: usize = 4;
const BLOCK_PANELS = 32; // 264 KB, which stay in the second cache
/** From so many panels on a tile's part of a transposed a is copied. */
const COPIED_FROM = 4;
/** Up to so many rows, each is a sum of rows of b. */
const FEW_ROWS = 4;
/** Up to so many rows, full panels of b are read where they lie. */
const DIRECT_ROWS = 2 * PLACES;

/** A tile whose numbers are not 0 in fewer than one of so many cases is computed by lists, where b has enough columns. */
const LISTED_BELOW = 3;
const LISTED_FROM = 32;
/** That many of a tile's rows are looked at. */
const COUNTED = 4;

/** Where in this thread's scratch things lie, in bytes. */
const PACKED_A: usize = <usize>(BLOCK_PANELS + 1) * PITCH;
const OFFSETS: usize = PACKED_A + <usize>(BLOCK_K * PLACES) * F32;
const COPY_OFFSETS: usize = OFFSETS + <usize>BLOCK_K * F32;
const PLACE_LIST: usize = COPY_OFFSETS + <usize>BLOCK_K * F32;
const TARGETS: usize = PLACE_LIST + 32;
const TILE: usize = TARGETS + 32;
const ENDING: usize = TILE + 192;
const LIST: usize = ENDING + 64; // two of BLOCK_K
const SUMS: usize = LIST + <usize>BLOCK_K * F32 * 2;

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
  const panels = Panels.of(N);
  const rowB = <usize>bRow * F32;
  const direct = bColumn == 1 && M <= DIRECT_ROWS;
  const looks = bColumn == 1 && N >= LISTED_FROM;
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
    const columns = (stop == panels ? N : stop * PANEL) - panel * PANEL;
    const full = (stop == panels && N != stop * PANEL ? stop - 1 - panel : stop - panel) * PANEL;
    const copies = aRow == 1 && stop - panel >= COPIED_FROM;
    let k = 0;
    do {
      const inner = min(BLOCK_K, K - k);
      const blockB = b + <usize>(k * bRow + panel * PANEL * bColumn) * F32;
      if (bColumn == 1) {
        const left = direct ? full : 0;
        const to = scratch + <usize>(left / PANEL) * PITCH;
        packRows(blockB + <usize>left * F32, rowB, inner, columns - left, to);
      } else packColumns(blockB, <usize>bColumn * F32, inner, columns, scratch);
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
        const lit = copied
          ? copySteps(tileA, step, inner, scratch + PACKED_A)
          : looks && step == F32
            ? countRows(tileA, row, rows, inner)
            : COUNTED * inner;
        if (looks && lit * LISTED_BELOW < COUNTED * inner) {
          const left = <usize>from * STEP;
          const width = (to == panels ? N : to * PANEL) - from * PANEL;
          for (let r: usize = 0; r < <usize>rows; r++) {
            const listed = list(tileA + r * row, step, inner, <u32>pitch, scratch + LIST);
            const first = begins ? bias + left : 0;
            addList(scratch, listed, b + <usize>k * pitch + left, first, tileC + r * pitch + left, width, ending);
          }
          continue;
        }
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
          const present = j == panels - 1 ? N - j * PANEL : PANEL;
          if (ASC_FEATURE_RELAXED_SIMD && present > PANEL) {
            const first = begins ? bias + column : 0;
            for (let r = 0; r < rows; r += WIDE_ROWS) {
              const to = tileC + <usize>r * pitch + column;
              const from = places + ((<usize>r) << 2);
              multiplyWide(from, offsets, inner, panelB, STEP, PITCH, to, pitch, rows - r, present, first, ending);
            }
            continue;
          }
          for (let beside = 0; beside < present; beside += PANEL) {
            const here = min(PANEL, present - beside);
            const at = column + <usize>beside * F32;
            const lies = direct && present == PANEL;
            const from = lies ? blockB + <usize>(j - panel) * STEP : beside == 0 ? panelB : panelB + PITCH;
            const stepB = lies ? rowB : STEP;
            if (begins) ending.beginWith(bias + at, here);
            if (rows == PLACES && here == PANEL) {
              multiplyTile(places, offsets, inner, from, stepB, tileC + at, pitch, ending);
            } else {
              const tile = scratch + TILE;
              multiplySome(places, offsets, inner, from, stepB, targets, rows, here, at, tile, ending);
            }
          }
        }
      }
      k += inner;
    } while (k < K);
  }
}

/** How many panels c has. Up to four columns more than full panels have stand beside the last one. */
class Panels {
  @inline static of(N: i32): i32 {
    return max(1, (N + 3) / PANEL);
  }
}

/** Where the numbers of each step lie, in bytes from those of the first. */
function listOffsets(to: usize, step: usize, count: i32): void {
  for (let k = 0; k < count; k++) store<u32>(to + ((<usize>k) << 2), <u32>(<usize>k * step));
}

/** A tile's part of a transposed a: PLACES neighbours of each step. Returns how many of the first four are not 0. */
function copySteps(source: usize, step: usize, count: i32, target: usize): i32 {
  const zero = f32x4.splat(0);
  let lit = i32x4.splat(0);
  for (let k = 0; k < count; k++, source += step, target += <usize>PLACES * F32) {
    const four = v128.load(source);
    v128.store(target, four);
    if (PLACES > 4) store<u64>(target, load<u64>(source, 16), 16);
    lit = i32x4.sub(lit, f32x4.ne(four, zero));
  }
  return Lanes.sum(lit);
}

/** How many numbers are not 0 in four rows of a tile, the last one standing for those that are missing. */
function countRows(source: usize, row: usize, rows: i32, count: i32): i32 {
  const zero = f32x4.splat(0);
  let sum = 0;
  for (let r = 0; r < COUNTED; r++) {
    const from = source + <usize>min(r, rows - 1) * row;
    let lit = i32x4.splat(0);
    let k = 0;
    for (; k + 4 <= count; k += 4) lit = i32x4.sub(lit, f32x4.ne(v128.load(from + ((<usize>k) << 2)), zero));
    sum += Lanes.sum(lit);
    for (; k < count; k++) sum += i32(load<f32>(from + ((<usize>k) << 2)) != 0);
  }
  return sum;
}

class Lanes {
  @inline static sum(x: v128): i32 {
    const low = i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1);
    return low + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3);
  }
}

/**
 * Lists what is not 0 among `count` numbers that lie `step` bytes apart: values, and BLOCK_K places further, where the row
 * of b lies that each meets. Returns how many.
 */
function list(source: usize, step: usize, count: i32, pitch: u32, to: usize): i32 {
  let listed: usize = 0;
  for (let k = 0; k < count; k++, source += step) {
    const x = load<f32>(source);
    store<f32>(to + listed, x);
    store<u32>(to + listed + <usize>BLOCK_K * F32, <u32>k * pitch);
    listed += x != 0 ? F32 : 0;
  }
  return <i32>(listed >> 2);
}

/** A row of c from a list: the sums begin and end as those of a tile do, and have the same bits. */
function addList(scratch: usize, listed: i32, b: usize, bias: usize, c: usize, columns: i32, ending: Ending): void {
  const sums = ending.adds ? scratch + SUMS : c;
  if (bias) memory.copy(sums, bias, <usize>columns * F32);
  addRows(scratch + LIST + <usize>BLOCK_K * F32, scratch + LIST, listed, b, sums, columns, bias == 0);
  const least = f32x4.splat(ending.least);
  if (!ending.adds && ending.least != 0) return;
  for (let j = 0; j < columns; j += 4) {
    const at = (<usize>j) << 2;
    let sum = Four.load(sums + at, columns - j);
    if (ending.adds) sum = f32x4.add(Four.load(c + at, columns - j), sum);
    Four.store(c + at, f32x4.max(sum, least), columns - j);
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
  const columns = (end == Panels.of(N) ? N : end * PANEL) - first;
  const at = <usize>first * F32;
  const pitch = <usize>N * F32;
  for (let m = 0; m < M; m++) {
    const rowC = c + <usize>m * pitch + at;
    if (bias) memory.copy(rowC, bias + at, <usize>columns * F32);
    let begins = fresh && bias == 0;
    let k = 0;
    do {
      const inner = min(BLOCK_K, K - k);
      const listed = list(a + <usize>(m * K + k) * F32, F32, inner, <u32>pitch, scratch);
      addRows(scratch + <usize>BLOCK_K * F32, scratch, listed, b + <usize>k * pitch + at, rowC, columns, begins);
      begins = false;
      k += inner;
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
