/**
 * What products of large matrices have in common: c += a·b for one block of a and one of b that were copied ("packed")
 * into scratch memory, in the order in which they are needed.
 *
 *   b   panels of 8 columns, k by k, from the start of scratch: `inner` · `columns` numbers
 *   a   panels of 4 rows, k by k, at PACKED_A: `rows` · `inner` numbers
 *
 * 4 × 8 sums at a time are kept in registers while k runs: each step loads 8 numbers of b and 4 of a, and does 32
 * multiplications. Lines that are missing in a last panel are packed as zeros, and a tile that hangs over the edge of c
 * is added from a copy: so every number of c has the same sums in the same order, wherever a cut lies.
 *
 * Pictures are mostly background, and gradients behind a ReLU or a max pool are mostly 0. A step in which all four
 * numbers of a are 0 adds nothing, so where at least a quarter of a panel's steps are such, they are left out, and a list
 * says which ones remain. With a finite b no sum changes by a single bit; what a 0 would make of an infinite b is not
 * computed.
 */
import { MultiplyAdd } from "./multiply-add";
import { Four } from "./tail";

export const TILE_M = 4; // 4 · 2 sums, 2 of b, 1 of a, 1 product: 12 vectors; with 6 · 2 sums, some of 15 registers spill
export const TILE_N = 8;
export const BLOCK_K = 256; // a panel of b is then 8 KiB and stays in the first cache
export const BLOCK_N = 512; // a block of b is then 512 KiB and stays in the second
export const BLOCK_M = 96;

const F32: usize = 4;

/** Where in this thread's scratch things lie, in bytes. */
export const PACKED_A: usize = <usize>(BLOCK_K * BLOCK_N) * F32;
const EDGE: usize = PACKED_A + <usize>(BLOCK_K * BLOCK_M) * F32;
const COUNTS: usize = EDGE + <usize>(TILE_M * TILE_N) * F32;
const STEPS: usize = COUNTS + <usize>(BLOCK_M / TILE_M) * 4;
/** From here on the scratch is free for others. */
export const AFTER_TILES: usize = STEPS + <usize>(BLOCK_K * (BLOCK_M / TILE_M)) * 4;

/** From so many columns on it pays to look for steps that add nothing. */
const WORTH_LOOKING = 32;

/** Adds packed a · packed b to the block of c that begins at `c`, whose rows have N numbers. */
export function multiplyBlock(c: usize, N: i32, rows: i32, columns: i32, inner: i32, scratch: usize): void {
  const packedA = scratch + PACKED_A;
  for (let i = 0; i < rows; i += TILE_M) {
    const panel = i / TILE_M;
    const panelA = packedA + <usize>(i * inner) * F32;
    const steps = scratch + STEPS + <usize>(panel * BLOCK_K) * 4;
    const count = N >= WORTH_LOOKING ? leaveOutZeros(panelA, inner, steps) : inner;
    store<i32>(scratch + COUNTS + ((<usize>panel) << 2), count);
  }
  for (let j = 0; j < columns; j += TILE_N) {
    const panelB = scratch + <usize>(j * inner) * F32;
    for (let i = 0; i < rows; i += TILE_M) {
      const panelA = packedA + <usize>(i * inner) * F32;
      const panel = i / TILE_M;
      const steps = scratch + STEPS + <usize>(panel * BLOCK_K) * 4;
      const count = load<i32>(scratch + COUNTS + ((<usize>panel) << 2));
      const tile = c + <usize>(i * N + j) * F32;
      if (rows - i >= TILE_M && columns - j >= TILE_N) {
        addPanels(panelA, panelB, tile, N, inner, count, steps);
      } else {
        const edge = scratch + EDGE;
        memory.fill(edge, 0, <usize>(TILE_M * TILE_N) * F32);
        copyTile(tile, N, edge, TILE_N, min(TILE_M, rows - i), min(TILE_N, columns - j));
        addPanels(panelA, panelB, edge, TILE_N, inner, count, steps);
        copyTile(edge, TILE_N, tile, N, min(TILE_M, rows - i), min(TILE_N, columns - j));
      }
    }
  }
}

/** Packs a block of b whose rows are `row` numbers apart and whose columns are neighbours: eight at a time. */
export function packRows(source: usize, row: i32, inner: i32, columns: i32, target: usize): void {
  for (let first = 0; first < columns; first += TILE_N) {
    let from = source + <usize>first * F32;
    let to = target + <usize>(first * inner) * F32;
    const left = columns - first;
    for (let k = 0; k < inner; k++, from += <usize>row * F32, to += <usize>TILE_N * F32) {
      if (left >= TILE_N) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        v128.store(to, Four.load(from, left));
        v128.store(to, left > 4 ? Four.load(from + 16, left - 4) : f32x4.splat(0), 16);
      }
    }
  }
}

/** Packs a transposed a, whose lines are neighbours and whose steps are `row` numbers apart: four at a time. */
export function packColumns(source: usize, row: i32, inner: i32, lines: i32, target: usize): void {
  for (let first = 0; first < lines; first += TILE_M) {
    let from = source + <usize>first * F32;
    let to = target + <usize>(first * inner) * F32;
    const left = lines - first;
    for (let k = 0; k < inner; k++, from += <usize>row * F32, to += <usize>TILE_M * F32) {
      v128.store(to, Four.load(from, left));
    }
  }
}

/**
 * Closes the gaps that steps of four zeros leave in a panel of a, and lists the steps that remain.
 *
 * @returns how many remain, or `inner` when they are too many to bother: then the panel is as it was
 */
function leaveOutZeros(a: usize, inner: i32, steps: usize): i32 {
  const zero = f32x4.splat(0);
  let count = 0;
  for (let k = 0; k < inner; k++) {
    store<u32>(steps + ((<usize>count) << 2), k * TILE_N * 4);
    count += <i32>v128.any_true(f32x4.ne(v128.load(a + <usize>(k * TILE_M) * F32), zero));
  }
  if (count * 4 > inner * 3) return inner;
  for (let i = 0; i < count; i++) {
    const k = load<u32>(steps + ((<usize>i) << 2)) / (TILE_N * 4);
    v128.store(a + <usize>(i * TILE_M) * F32, v128.load(a + <usize>(k * TILE_M) * F32));
  }
  return count;
}

/** c[4 × 8] += panel of a · panel of b, by all steps or by those that are listed. */
function addPanels(a: usize, b: usize, c: usize, row: i32, inner: i32, count: i32, steps: usize): void {
  if (count == inner) addTile(a, b, c, row, inner);
  else addListed(a, b, c, row, count, steps);
}

/** c[4 × 8] += panel of a · panel of b; `row` elements lie between the rows of c. */
function addTile(a: usize, b: usize, c: usize, row: i32, inner: i32): void {
  let c00 = f32x4.splat(0),
    c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0),
    c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0),
    c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0),
    c31 = f32x4.splat(0);
  for (let k = 0; k < inner; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = MultiplyAdd.of(x, b0, c00);
    c01 = MultiplyAdd.of(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = MultiplyAdd.of(x, b0, c10);
    c11 = MultiplyAdd.of(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = MultiplyAdd.of(x, b0, c20);
    c21 = MultiplyAdd.of(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = MultiplyAdd.of(x, b0, c30);
    c31 = MultiplyAdd.of(x, b1, c31);
    a += TILE_M * 4;
    b += TILE_N * 4;
  }
  const next = <usize>row * F32;
  Eight.add(c, c00, c01);
  Eight.add(c + next, c10, c11);
  Eight.add(c + next * 2, c20, c21);
  Eight.add(c + next * 3, c30, c31);
}

/** The same for `count` listed steps: where each finds its eight numbers of b, in bytes from the panel's start. */
function addListed(a: usize, b: usize, c: usize, row: i32, count: i32, steps: usize): void {
  let c00 = f32x4.splat(0),
    c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0),
    c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0),
    c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0),
    c31 = f32x4.splat(0);
  for (let k = 0; k < count; k++) {
    const at = b + <usize>load<u32>(steps);
    const b0 = v128.load(at);
    const b1 = v128.load(at, 16);
    let x = v128.load32_splat(a);
    c00 = MultiplyAdd.of(x, b0, c00);
    c01 = MultiplyAdd.of(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = MultiplyAdd.of(x, b0, c10);
    c11 = MultiplyAdd.of(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = MultiplyAdd.of(x, b0, c20);
    c21 = MultiplyAdd.of(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = MultiplyAdd.of(x, b0, c30);
    c31 = MultiplyAdd.of(x, b1, c31);
    a += TILE_M * 4;
    steps += 4;
  }
  const next = <usize>row * F32;
  Eight.add(c, c00, c01);
  Eight.add(c + next, c10, c11);
  Eight.add(c + next * 2, c20, c21);
  Eight.add(c + next * 3, c30, c31);
}

/** Eight neighbours of c. */
export class Eight {
  @inline static add(c: usize, low: v128, high: v128): void {
    v128.store(c, f32x4.add(v128.load(c), low));
    v128.store(c, f32x4.add(v128.load(c, 16), high), 16);
  }
}

function copyTile(from: usize, fromRow: i32, to: usize, toRow: i32, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    memory.copy(to + <usize>(i * toRow) * F32, from + <usize>(i * fromRow) * F32, <usize>columns * F32);
  }
}
