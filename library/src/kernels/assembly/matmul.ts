/**
 * c += a·b, and with a or b transposed. Twin: ../reference/matmul.ts. begin and end count rows of c.
 *
 * The textbook loops read b once for every row of a, from ever further away. Here the product is cut three times:
 *
 *   K into blocks of 256, N into blocks of 512: that part of b is copied ("packed") into panels of 8 columns, so that
 *     what is needed next lies next, whichever way b was laid out;
 *   M into blocks of 96 rows: that part of a is packed into panels of 4 rows;
 *   and within these blocks, tiles of 4 × 8 sums are kept in registers: see tiles.ts.
 *
 * Both transposed forms differ only in how the packing reads.
 *
 * @see [Goto08]
 */
import { MultiplyAdd } from "./multiply-add";
import { Four } from "./tail";
import { BLOCK_K, BLOCK_M, BLOCK_N, Eight, multiplyBlock, PACKED_A, packRows, TILE_M, TILE_N } from "./tiles";

const F32: usize = 4;

export function matmul(
  a: usize,
  b: usize,
  c: usize,
  M: i32,
  K: i32,
  N: i32,
  fresh: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  if (fresh) clear(c, N, begin, end);
  if (M <= 4) fewRows(a, b, c, K, N, begin, end);
  else product(a, K, 1, b, N, 1, c, K, N, begin, end, scratch);
}

export function matmulTransposeB(
  a: usize,
  b: usize,
  c: usize,
  _M: i32,
  K: i32,
  N: i32,
  fresh: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  if (fresh) clear(c, N, begin, end);
  product(a, K, 1, b, 1, K, c, K, N, begin, end, scratch);
}

export function matmulTransposeA(
  a: usize,
  b: usize,
  c: usize,
  M: i32,
  K: i32,
  N: i32,
  fresh: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  if (fresh) clear(c, N, begin, end);
  product(a, 1, M, b, N, 1, c, K, N, begin, end, scratch);
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
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  matmul(x, weight, y, M, K, N, 1, begin, end, scratch);
  const least = f32x4.splat(relu ? 0 : -Infinity);
  for (let m = begin; m < end; m++) {
    const row = y + <usize>(m * N) * F32;
    for (let n = 0; n < N; n += 4) {
      const at = <usize>n * F32;
      const z = f32x4.add(Four.load(row + at, N - n), Four.load(bias + at, N - n));
      Four.store(row + at, f32x4.max(z, least), N - n);
    }
  }
}

function clear(c: usize, N: i32, begin: i32, end: i32): void {
  memory.fill(c + <usize>(begin * N) * F32, 0, <usize>((end - begin) * N) * F32);
}

/** c += a·b for a and b of any strides, in elements: a[m, k] stands at m·aRow + k·aColumn. */
function product(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  K: i32,
  N: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  for (let n = 0; n < N; n += BLOCK_N) {
    const columns = min(BLOCK_N, N - n);
    for (let k = 0; k < K; k += BLOCK_K) {
      const inner = min(BLOCK_K, K - k);
      const blockB = b + <usize>(k * bRow + n * bColumn) * F32;
      if (bColumn == 1) packRows(blockB, bRow, inner, columns, scratch);
      else pack(blockB, bColumn, bRow, columns, inner, TILE_N, scratch);
      for (let m = begin; m < end; m += BLOCK_M) {
        const rows = min(BLOCK_M, end - m);
        pack(a + <usize>(m * aRow + k * aColumn) * F32, aRow, aColumn, rows, inner, TILE_M, scratch + PACKED_A);
        multiplyBlock(c + <usize>(m * N + n) * F32, N, rows, columns, inner, scratch);
      }
    }
  }
}

/**
 * Packs panels of `width` lines, k by k: line l of a panel stands at `line` strides, its k-th number `step` further.
 * Lines that are missing in the last panel become zeros.
 */
function pack(source: usize, line: i32, step: i32, lines: i32, inner: i32, width: i32, target: usize): void {
  for (let first = 0; first < lines; first += width) {
    const present = min(width, lines - first);
    const panel = target + <usize>(first * inner) * F32;
    for (let l = 0; l < width; l++) {
      let to = panel + <usize>l * F32;
      if (l >= present) {
        for (let k = 0; k < inner; k++, to += <usize>width * F32) store<f32>(to, 0);
        continue;
      }
      let from = source + <usize>((first + l) * line) * F32;
      const stride = <usize>step * F32;
      for (let k = 0; k < inner; k++, from += stride, to += <usize>width * F32) store<f32>(to, load<f32>(from));
    }
  }
}

/** c += a·b for up to four rows, as in the prediction of one image: packing b would cost more than it saves. */
function fewRows(a: usize, b: usize, c: usize, K: i32, N: i32, begin: i32, end: i32): void {
  const row = <usize>N * F32;
  for (let m = begin; m < end; m++) {
    const rowA = a + <usize>(m * K) * F32;
    const rowC = c + <usize>(m * N) * F32;
    let n = 0;
    for (; n + 16 <= N; n += 16) {
      const at = <usize>n * F32;
      let s0 = f32x4.splat(0),
        s1 = f32x4.splat(0),
        s2 = f32x4.splat(0),
        s3 = f32x4.splat(0);
      let from = b + at;
      for (let k = 0; k < K; k++, from += row) {
        const x = v128.load32_splat(rowA + <usize>k * F32);
        s0 = MultiplyAdd.of(x, v128.load(from), s0);
        s1 = MultiplyAdd.of(x, v128.load(from, 16), s1);
        s2 = MultiplyAdd.of(x, v128.load(from, 32), s2);
        s3 = MultiplyAdd.of(x, v128.load(from, 48), s3);
      }
      Eight.add(rowC + at, s0, s1);
      Eight.add(rowC + at + 32, s2, s3);
    }
    for (; n < N; n += 4) {
      const at = <usize>n * F32;
      let sum = f32x4.splat(0);
      let from = b + at;
      for (let k = 0; k < K; k++, from += row) {
        sum = MultiplyAdd.of(v128.load32_splat(rowA + <usize>k * F32), Four.load(from, N - n), sum);
      }
      Four.store(rowC + at, f32x4.add(Four.load(rowC + at, N - n), sum), N - n);
    }
  }
}
