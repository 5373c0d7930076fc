/**
 * A part of a matrix, copied ("packed") into panels of 8 columns, step by step: what is needed next lies next, whichever
 * way the matrix was laid out. Columns that are missing in the last panel hold any finite numbers.
 */
import { Four } from "./tail";

export const BLOCK_K = 256; // steps; a panel is then 8 KiB, a fourth of the smallest first cache
export const PANEL = 8;
/** Bytes of a step in a panel. */
export const STEP: usize = <usize>PANEL * 4;
/** Bytes from panel to panel: a cache line more than a panel has, or all panels would lie on the same sets of the cache. */
export const PITCH: usize = <usize>BLOCK_K * STEP + 64;

/** Packs rows that lie `row` bytes apart, whose numbers are neighbours. Row by row, as they lie in memory. */
export function packRows(source: usize, row: usize, steps: i32, columns: i32, target: usize): void {
  for (let k = 0; k < steps; k++) {
    const from = source + <usize>k * row;
    let to = target + <usize>k * STEP;
    let j = 0;
    for (; j + PANEL <= columns; j += PANEL, to += PITCH) {
      const at = from + ((<usize>j) << 2);
      v128.store(to, v128.load(at));
      v128.store(to, v128.load(at, 16), 16);
    }
    if (j == columns) continue;
    const at = from + ((<usize>j) << 2);
    v128.store(to, Four.load(at, columns - j));
    v128.store(to, columns - j > 4 ? Four.load(at + 16, columns - j - 4) : f32x4.splat(0), 16);
  }
}

/** Packs columns that lie `column` bytes apart, whose numbers are neighbours: blocks of 4 × 4 are turned over. */
export function packColumns(source: usize, column: usize, steps: i32, columns: i32, target: usize): void {
  for (let j = 0; j < columns; j += 4) {
    const to = target + <usize>(j / PANEL) * PITCH + ((<usize>(j & 4)) << 2);
    turn(source + <usize>j * column, column, steps, min(4, columns - j), to);
  }
  const over = columns & (PANEL - 1);
  if (over == 0 || over > 4) return;
  const to = target + <usize>(columns / PANEL) * PITCH + 16;
  for (let k = 0; k < steps; k++) v128.store(to + <usize>k * STEP, f32x4.splat(0));
}

/** Four columns of a panel, of which `present` are there. */
function turn(source: usize, column: usize, steps: i32, present: i32, target: usize): void {
  const last = source + <usize>(present - 1) * column;
  const p1 = present > 1 ? source + column : last; // what is read twice is not multiplied by anything that is kept
  const p2 = present > 2 ? source + column * 2 : last;
  const p3 = last;
  let k: usize = 0;
  for (; k + 4 <= <usize>steps; k += 4) {
    const at = k << 2;
    const r0 = v128.load(source + at);
    const r1 = v128.load(p1 + at);
    const r2 = v128.load(p2 + at);
    const r3 = v128.load(p3 + at);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    const to = target + k * STEP;
    v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    v128.store(to + STEP, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
    v128.store(to + STEP * 2, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
    v128.store(to + STEP * 3, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
  }
  for (; k < <usize>steps; k++) {
    const at = k << 2;
    const to = target + k * STEP;
    store<f32>(to, load<f32>(source + at));
    store<f32>(to, load<f32>(p1 + at), 4);
    store<f32>(to, load<f32>(p2 + at), 8);
    store<f32>(to, load<f32>(p3 + at), 12);
  }
}
