/**
 * A row of a product whose left side is a list: those rows of a matrix that are asked for, each times a number. 32 sums at a
 * time are kept in registers, 16 in the plain build, whose products need some too; each is one chain in the order of the list.
 */
import { MultiplyAdd } from "./multiply-add";
import { Four } from "./tail";

const F32: usize = 4;

/**
 * y[j] = Σ_k values[k] · matrix[row k, j], or += where the sum does not begin here. `places` says where each row lies, in
 * bytes from `matrix`.
 */
export function addRows(
  places: usize,
  values: usize,
  listed: i32,
  matrix: usize,
  y: usize,
  columns: i32,
  begins: bool,
): void {
  const last = <usize>listed * F32;
  let j = 0;
  for (; ASC_FEATURE_RELAXED_SIMD && j + 32 <= columns; j += 32) {
    const at = <usize>j * F32;
    const to = y + at;
    const strip = matrix + at;
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0,
      s4 = s0,
      s5 = s0,
      s6 = s0,
      s7 = s0;
    if (!begins) {
      s0 = v128.load(to);
      s1 = v128.load(to, 16);
      s2 = v128.load(to, 32);
      s3 = v128.load(to, 48);
      s4 = v128.load(to, 64);
      s5 = v128.load(to, 80);
      s6 = v128.load(to, 96);
      s7 = v128.load(to, 112);
    }
    for (let k: usize = 0; k < last; k += F32) {
      const x = v128.load32_splat(values + k);
      const from = strip + <usize>load<u32>(places + k);
      s0 = MultiplyAdd.of(x, v128.load(from), s0);
      s1 = MultiplyAdd.of(x, v128.load(from, 16), s1);
      s2 = MultiplyAdd.of(x, v128.load(from, 32), s2);
      s3 = MultiplyAdd.of(x, v128.load(from, 48), s3);
      s4 = MultiplyAdd.of(x, v128.load(from, 64), s4);
      s5 = MultiplyAdd.of(x, v128.load(from, 80), s5);
      s6 = MultiplyAdd.of(x, v128.load(from, 96), s6);
      s7 = MultiplyAdd.of(x, v128.load(from, 112), s7);
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
  for (; j + 16 <= columns; j += 16) {
    const at = <usize>j * F32;
    const to = y + at;
    const strip = matrix + at;
    let s0 = begins ? f32x4.splat(0) : v128.load(to);
    let s1 = begins ? f32x4.splat(0) : v128.load(to, 16);
    let s2 = begins ? f32x4.splat(0) : v128.load(to, 32);
    let s3 = begins ? f32x4.splat(0) : v128.load(to, 48);
    for (let k: usize = 0; k < last; k += F32) {
      const x = v128.load32_splat(values + k);
      const from = strip + <usize>load<u32>(places + k);
      s0 = MultiplyAdd.of(x, v128.load(from), s0);
      s1 = MultiplyAdd.of(x, v128.load(from, 16), s1);
      s2 = MultiplyAdd.of(x, v128.load(from, 32), s2);
      s3 = MultiplyAdd.of(x, v128.load(from, 48), s3);
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; j + 8 <= columns; j += 8) {
    const at = <usize>j * F32;
    const to = y + at;
    const strip = matrix + at;
    let s0 = begins ? f32x4.splat(0) : v128.load(to);
    let s1 = begins ? f32x4.splat(0) : v128.load(to, 16);
    for (let k: usize = 0; k < last; k += F32) {
      const x = v128.load32_splat(values + k);
      const from = strip + <usize>load<u32>(places + k);
      s0 = MultiplyAdd.of(x, v128.load(from), s0);
      s1 = MultiplyAdd.of(x, v128.load(from, 16), s1);
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
  }
  for (; j < columns; j += 4) {
    const at = <usize>j * F32;
    const left = columns - j;
    let sum = begins ? f32x4.splat(0) : Four.load(y + at, left);
    for (let k: usize = 0; k < last; k += F32) {
      const from = matrix + at + <usize>load<u32>(places + k);
      sum = MultiplyAdd.of(v128.load32_splat(values + k), Four.load(from, left), sum);
    }
    Four.store(y + at, sum, left);
  }
}
