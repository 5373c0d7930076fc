/**
 * A dense layer on lists of what is not 0. Twin: ../reference/sparse-dense.ts.
 *
 * Forward, begin and end count rows. For every entry of a row's list, a row of w is multiplied and added; 32 sums at a
 * time are kept in registers. Each is one chain over ascending columns, from 0, and the bias comes last: bit for bit
 * what matmul followed by add gives where matmul has one chain too (up to 4 rows, or up to BLOCK_K columns).
 *
 * Backward, begin and end count columns of x, which are rows of dw. Whoever walked the lists sample by sample would load
 * and store a row of dw for every entry. So the lists are turned over first: for each column of x, those samples in which
 * it is not 0. A row of dw is then summed in registers and written once. That is done for PIXELS columns at a time, and
 * each sample's list remembers how far it was read. dy is copied into panels of 32 units, of which the one in use stays
 * in the first cache. Samples go in blocks of BLOCK_K, as in matmulTransposeA, and every number of dw has, bit for bit,
 * the sums it has there.
 */
import { MultiplyAdd } from "./multiply-add";
import { BLOCK_K } from "./panels";
import { addRows } from "./row-sums";
import { Four } from "./tail";

const F32: usize = 4;
const PANEL = 32; // eight vectors of sums
const PANEL_BYTES: usize = <usize>PANEL * F32;

/** Forward: entries whose rows of w are looked up in one go; their places lie in scratch. */
const ENTRIES = 4096;

/** Backward: how many columns of x are turned over in one go. */
const PIXELS = 128;
/** Units whose panels of dy lie in scratch together. */
const UNITS = 256;
/** An entry is a value, f32, and the place of its sample in a panel, u32. A cache line keeps columns off the same sets. */
const TURNED_BYTES: usize = ((<usize>BLOCK_K) << 3) + 64;
/** Where in this thread's scratch things lie, in bytes. */
const TURNED: usize = <usize>(BLOCK_K * UNITS) * F32;
const ENDS: usize = TURNED + <usize>PIXELS * TURNED_BYTES;
const READ: usize = ENDS + <usize>PIXELS * 4;

/** The bits of the f32 2²³ + p hold p in their last places: the quick way from a position to a whole number. */
const MAGIC: f32 = 8388608;
const MAGIC_BITS: i32 = 0x4b000000;

class Position {
  @inline static bits(at: usize): i32 {
    return reinterpret<i32>(load<f32>(at) + MAGIC);
  }
}

export function sparseDense(
  positions: usize,
  values: usize,
  counts: usize,
  weight: usize,
  bias: usize,
  y: usize,
  _rows: i32,
  columns: i32,
  units: i32,
  relu: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const least = f32x4.splat(relu ? 0 : -Infinity);
  for (let i = begin; i < end; i++) {
    const list = <usize>i * <usize>columns * F32;
    const count = <i32>load<f32>(counts + <usize>i * F32);
    const row = y + <usize>(i * units) * F32;
    let first = 0;
    do {
      const listed = min(ENTRIES, count - first);
      const from = list + <usize>first * F32;
      locateRows(positions + from, listed, units, scratch);
      addRows(scratch, values + from, listed, weight, row, units, first == 0);
      first += listed;
    } while (first < count);
    for (let u = 0; u < units; u += 4) {
      const at = <usize>u * F32;
      let sum = Four.load(row + at, units - u);
      if (bias) sum = f32x4.add(sum, Four.load(bias + at, units - u));
      Four.store(row + at, f32x4.max(sum, least), units - u);
    }
  }
}

/** Where the rows of w begin, in bytes; up to three more are written than are listed. */
function locateRows(positions: usize, listed: i32, units: i32, to: usize): void {
  const rowBytes = i32x4.splat(units << 2);
  for (let k = 0; k < listed; k += 4) {
    const at = <usize>k * F32;
    const columns = i32x4.trunc_sat_f32x4_s(Four.load(positions + at, listed - k));
    v128.store(to + at, i32x4.mul(columns, rowBytes));
  }
}

export function sparseDenseBackwardWeight(
  positions: usize,
  values: usize,
  counts: usize,
  dy: usize,
  dweight: usize,
  rows: i32,
  columns: i32,
  units: i32,
  fresh: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  for (let unit = 0; unit < units; unit += UNITS) {
    const width = min(UNITS, units - unit);
    for (let sample = 0; sample < rows; sample += BLOCK_K) {
      const samples = min(BLOCK_K, rows - sample);
      const list = <usize>(sample * columns) * F32;
      const listCounts = counts + <usize>sample * F32;
      packPanels(dy + <usize>(sample * units + unit) * F32, units, samples, width, scratch);
      findBegins(positions + list, listCounts, samples, columns, begin, scratch + READ);
      for (let first = begin; first < end; first += PIXELS) {
        const pixels = min(PIXELS, end - first);
        turnOver(positions + list, values + list, listCounts, samples, columns, first, pixels, scratch);
        for (let u = 0; u < width; u += PANEL) {
          const panel = scratch + <usize>(u * samples) * F32;
          const to = dweight + <usize>(first * units + unit + u) * F32;
          addSamples(panel, pixels, min(PANEL, width - u), to, units, <bool>(fresh && sample == 0), scratch);
        }
      }
    }
  }
}

/** Copies dy into panels of 32 units, sample by sample; what is missing in the last panel becomes zeros. */
function packPanels(dy: usize, units: i32, samples: i32, width: i32, to: usize): void {
  for (let u = 0; u < width; u += PANEL) {
    let from = dy + <usize>u * F32;
    const present = min(PANEL, width - u);
    for (let i = 0; i < samples; i++, from += <usize>units * F32, to += PANEL_BYTES) {
      let c = 0;
      for (; c + 4 <= present; c += 4) v128.store(to + <usize>c * F32, v128.load(from + <usize>c * F32));
      for (; c < PANEL; c += 4) {
        const left = present - c;
        v128.store(to + <usize>c * F32, left > 0 ? Four.load(from + <usize>c * F32, left) : f32x4.splat(0));
      }
    }
  }
}

/** Where in each sample's list column `begin` or a later one stands first: by halving. */
function findBegins(positions: usize, counts: usize, samples: i32, columns: i32, begin: i32, cursors: usize): void {
  for (let i = 0; i < samples; i++) {
    const list = positions + <usize>(i * columns) * F32;
    let low = 0;
    let left = begin == 0 ? 0 : <i32>load<f32>(counts + <usize>i * F32);
    while (left > 0) {
      const half = left >> 1;
      const before = load<f32>(list + <usize>(low + half) * F32) < <f32>begin;
      low = select<i32>(low + half + 1, low, before);
      left = select<i32>(left - half - 1, half, before);
    }
    store<u32>(cursors + <usize>i * 4, (<u32>low) << 2);
  }
}

/** For columns first to first + pixels − 1, in which samples they are not 0 and what they are there. */
function turnOver(
  positions: usize,
  values: usize,
  counts: usize,
  samples: i32,
  columns: i32,
  first: i32,
  pixels: i32,
  scratch: usize,
): void {
  const ends = scratch + ENDS; // where each column's next entry goes
  for (let p = 0; p < pixels; p++) {
    store<u32>(ends + <usize>p * 4, <u32>(scratch + TURNED + <usize>p * TURNED_BYTES));
  }
  const limit = MAGIC_BITS + first + pixels;
  const endOf = ends - <usize>(MAGIC_BITS + first) * 4;
  for (let i = 0; i < samples; i++) {
    const cursor = scratch + READ + <usize>i * 4;
    const list = <usize>i * <usize>columns * F32;
    const length = <usize>load<f32>(counts + <usize>i * F32) * F32;
    const place = (<u64>(i * <i32>PANEL_BYTES)) << 32;
    let k = <usize>load<u32>(cursor);
    for (; k < length; k += F32) {
      const bits = Position.bits(positions + list + k);
      if (bits >= limit) break;
      const at = endOf + <usize>bits * 4;
      const to = <usize>load<u32>(at);
      store<u64>(to, <u64>load<u32>(values + list + k) | place);
      store<u32>(at, <u32>to + 8);
    }
    store<u32>(cursor, <u32>k);
  }
}

/** dw[p, u] (+)= Σ value · dy[sample, u] for the columns that were turned over and the units of one panel. */
function addSamples(panel: usize, pixels: i32, width: i32, to: usize, units: i32, fresh: bool, scratch: usize): void {
  for (let p = 0; p < pixels; p++, to += <usize>units * F32) {
    const list = scratch + TURNED + <usize>p * TURNED_BYTES;
    const last = <usize>load<u32>(scratch + ENDS + <usize>p * 4);
    if (list == last && !fresh) continue;
    if (width < PANEL) {
      addNarrow(panel, list, last, width, to, fresh);
      continue;
    }
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0,
      s4 = s0,
      s5 = s0,
      s6 = s0,
      s7 = s0;
    for (let entry = list; entry < last; entry += 8) {
      const x = v128.load32_splat(entry);
      const from = panel + <usize>load<u32>(entry, 4);
      s0 = MultiplyAdd.of(x, v128.load(from), s0);
      s1 = MultiplyAdd.of(x, v128.load(from, 16), s1);
      s2 = MultiplyAdd.of(x, v128.load(from, 32), s2);
      s3 = MultiplyAdd.of(x, v128.load(from, 48), s3);
      s4 = MultiplyAdd.of(x, v128.load(from, 64), s4);
      s5 = MultiplyAdd.of(x, v128.load(from, 80), s5);
      s6 = MultiplyAdd.of(x, v128.load(from, 96), s6);
      s7 = MultiplyAdd.of(x, v128.load(from, 112), s7);
    }
    if (!fresh) {
      s0 = f32x4.add(v128.load(to), s0);
      s1 = f32x4.add(v128.load(to, 16), s1);
      s2 = f32x4.add(v128.load(to, 32), s2);
      s3 = f32x4.add(v128.load(to, 48), s3);
      s4 = f32x4.add(v128.load(to, 64), s4);
      s5 = f32x4.add(v128.load(to, 80), s5);
      s6 = f32x4.add(v128.load(to, 96), s6);
      s7 = f32x4.add(v128.load(to, 112), s7);
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
    v128.store(to, s4, 64);
    v128.store(to, s5, 80);
    v128.store(to, s6, 96);
    v128.store(to, s7, 112);
  }
}

/** One column of x and the units of a last panel that is not full: eight at a time. */
function addNarrow(panel: usize, list: usize, last: usize, width: i32, to: usize, fresh: bool): void {
  for (let u = 0; u < width; u += 8) {
    const at = <usize>u * F32;
    let s0 = f32x4.splat(0),
      s1 = s0;
    for (let entry = list; entry < last; entry += 8) {
      const x = v128.load32_splat(entry);
      const from = panel + at + <usize>load<u32>(entry, 4);
      s0 = MultiplyAdd.of(x, v128.load(from), s0);
      s1 = MultiplyAdd.of(x, v128.load(from, 16), s1);
    }
    const left = width - u;
    if (!fresh) s0 = f32x4.add(Four.load(to + at, left), s0);
    Four.store(to + at, s0, left);
    if (left <= 4) continue;
    if (!fresh) s1 = f32x4.add(Four.load(to + at + 16, left - 4), s1);
    Four.store(to + at + 16, s1, left - 4);
  }
}
