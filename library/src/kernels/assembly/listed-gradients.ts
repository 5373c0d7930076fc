/**
 * Gradients that are not 0, and nothing else: behind a max pooling and a ReLU about one in five. A list has an entry for
 * each, the address of what the gradient is multiplied with and the gradient itself, and whoever walks it sums up
 *
 *   weights   by filter:  each adds its patch of the picture, times g, to that filter's sums   (convolution-pool-weight.ts)
 *   input     by output:  each adds its filter's weights, times g, to the patch of the picture (convolution-pool-input.ts)
 *
 * The sums of up to twelve vectors of a patch stay in registers while a list is walked. Each number has one order of its
 * sums.
 */
import { MultiplyAdd } from "./multiply-add";
import { Four, Tail } from "./tail";

const F32: usize = 4;
/** Bytes of an entry: an address, and the number. */
export const ENTRY: usize = 8;
/** Numbers in twelve vectors, as many as stay in registers. */
export const TWELVE = 48;

export class Entry {
  /** Writes an entry behind a list whose end is noted at `end`; the list grows only if `bit` is odd: nothing to foretell. */
  @inline static append(end: usize, address: i32, g: f32, bit: i32): void {
    const entry = <usize>load<u32>(end);
    store<i32>(entry, address);
    store<f32>(entry, g, 4);
    store<u32>(end, <u32>entry + ((bit & 1) << 3));
  }
}

/** Gradients of the largest numbers: what comes from behind, where a ReLU let the number through. */
export class Gradients {
  /** Where gradients pass in any case. */
  @inline static mask(relu: i32): v128 {
    return i32x4.splat(relu ? 0 : -1);
  }

  @inline static load(dy: usize, y: usize, mask: v128, left: i32): v128 {
    return v128.and(Four.load(dy, left), v128.or(mask, f32x4.gt(Four.load(y, left), f32x4.splat(0))));
  }
}

/** What pooling windows noted: numbers of taps, as f32. */
export class Taps {
  /** Taps times the way from one to the next, down and across. */
  @inline static offsets(taps: v128, poolWidth: i32, stepY: i32, stepX: i32): v128 {
    // half a tap more, lest a rounded quotient of whole numbers falls short
    const middle = f32x4.add(taps, f32x4.splat(0.5));
    const down = i32x4.trunc_sat_f32x4_s(f32x4.div(middle, f32x4.splat(<f32>poolWidth)));
    const across = i32x4.sub(i32x4.trunc_sat_f32x4_s(taps), i32x4.mul(down, i32x4.splat(poolWidth)));
    return i32x4.add(i32x4.mul(down, i32x4.splat(stepY)), i32x4.mul(across, i32x4.splat(stepX)));
  }
}

export class Target {
  /** Up to four numbers of a target += v */
  @inline static add(target: usize, v: v128, left: i32): void {
    if (left >= 4) v128.store(target, f32x4.add(v128.load(target), v));
    else Tail.store(target, f32x4.add(Tail.load(target, left, 0), v), left);
  }
}

/** How many numbers of a row that has so many left are summed at once: twelve vectors, four, one, or the rest. */
export function widthOf(left: i32): i32 {
  if (left >= TWELVE) return TWELVE;
  return left >= 16 ? 16 : min(left, 4);
}

/** target[j] += Σ_entries g · source[j] for `numbers` j: the source of an entry begins `offset` bytes after its address. */
export function addRows(list: usize, end: usize, offset: i32, numbers: i32, target: usize): void {
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

export function addTwelve(list: usize, end: usize, offset: usize, target: usize): void {
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

export function addFour(list: usize, end: usize, offset: usize, target: usize): void {
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
export function addThree(list: usize, end: usize, offset: i32, row: i32, rows: i32, target: usize, run: i32): void {
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
export function addThreeTwice(
  list: usize,
  end: usize,
  offset: i32,
  row: i32,
  rows: i32,
  target: usize,
  run: i32,
): void {
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
