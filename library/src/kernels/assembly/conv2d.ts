/**
 * Convolution as a product of matrices, of which one is a view of the picture that is never made as a whole: see
 * patches.ts. Twin: ../reference/conv2d.ts.
 *
 *   forward    y  += patches(x) · w          [output pixels, taps·channels] · [taps·channels, filters]
 *   weights    dwᵀ += dyᵀ · patches(x)       [filters, output pixels] · [output pixels, taps·channels]
 *   input      dx += patches(dy) · w turned  [input pixels, taps·filters] · [taps·filters, channels]
 *
 * The gradient of the weights is computed transposed, for then the matrix on the left is dy: behind a ReLU or a max pool
 * most of it is 0, and steps of zeros on the left are left out.
 *
 * begin and end count rows of the result: output pixels, filters, input pixels. So every number is summed by one thread,
 * over the same blocks in the same order.
 *
 * @see [Chellapilla06]
 */
import { packPatches, packPatchesTransposed, Patches } from "./patches";
import {
  AFTER_TILES,
  BLOCK_K,
  BLOCK_M,
  BLOCK_N,
  multiplyBlock,
  PACKED_A,
  packColumns,
  packRows,
  TILE_N,
} from "./tiles";
import { Windows } from "./windows";

const F32: usize = 4;

export function conv2d(
  x: usize,
  weight: usize,
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
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const at = scratch + AFTER_TILES;
  const windows = Windows.at(
    at,
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
  const patches = Patches.forward(at + Windows.SIZE, windows, x);
  const K = windowHeight * windowWidth * channels;
  const block = blockOf(K);
  for (let n = 0; n < filters; n += BLOCK_N) {
    const columns = min(BLOCK_N, filters - n);
    for (let k = 0; k < K; k += block) {
      const inner = min(block, K - k);
      packRows(weight + <usize>(k * filters + n) * F32, filters, inner, columns, scratch);
      for (let m = begin; m < end; m += BLOCK_M) {
        const rows = min(BLOCK_M, end - m);
        packPatches(patches, m, rows, k, inner, scratch + PACKED_A);
        multiplyBlock(y + <usize>(m * filters + n) * F32, filters, rows, columns, inner, scratch);
      }
    }
  }
}

export function conv2dBackwardWeight(
  x: usize,
  dy: usize,
  dweight: usize,
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
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const at = scratch + AFTER_TILES;
  const windows = Windows.at(
    at,
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
  const patches = Patches.forward(at + Windows.SIZE, windows, x);
  const sums = at + Windows.SIZE + Patches.SIZE;
  const pixels = batch * outHeight * outWidth;
  const K = windowHeight * windowWidth * channels;
  for (let n = 0; n < K; n += BLOCK_N) {
    const columns = min(BLOCK_N, K - n);
    for (let m = begin; m < end; m += BLOCK_M) {
      const rows = min(BLOCK_M, end - m);
      memory.fill(sums, 0, <usize>(rows * columns) * F32);
      for (let k = 0; k < pixels; k += BLOCK_K) {
        const inner = min(BLOCK_K, pixels - k);
        packColumns(dy + <usize>(k * filters + m) * F32, filters, inner, rows, scratch + PACKED_A);
        packPatchesTransposed(patches, n, columns, k, inner, scratch);
        multiplyBlock(sums, columns, rows, columns, inner, scratch);
      }
      addTransposed(sums, rows, columns, dweight + <usize>(n * filters + m) * F32, filters);
    }
  }
}

/** target[j, i] += sums[i, j]; `row` numbers lie between the rows of the target. */
function addTransposed(sums: usize, rows: i32, columns: i32, target: usize, row: i32): void {
  for (let j = 0; j < columns; j++) {
    let from = sums + <usize>j * F32;
    let to = target + <usize>(j * row) * F32;
    for (let i = 0; i < rows; i++, from += <usize>columns * F32, to += F32) {
      store<f32>(to, load<f32>(to) + load<f32>(from));
    }
  }
}

export function conv2dBackwardInput(
  weight: usize,
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
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const at = scratch + AFTER_TILES;
  const windows = Windows.at(
    at,
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
  const patches = Patches.backward(at + Windows.SIZE, windows, dy, filters);
  const K = windowHeight * windowWidth * filters;
  const block = blockOf(K);
  for (let n = 0; n < channels; n += BLOCK_N) {
    const columns = min(BLOCK_N, channels - n);
    for (let k = 0; k < K; k += block) {
      const inner = min(block, K - k);
      packTurned(weight, channels, filters, n, columns, k, inner, scratch);
      for (let m = begin; m < end; m += BLOCK_M) {
        const rows = min(BLOCK_M, end - m);
        packPatches(patches, m, rows, k, inner, scratch + PACKED_A);
        multiplyBlock(dx + <usize>(m * channels + n) * F32, channels, rows, columns, inner, scratch);
      }
    }
  }
}

/** K in as few blocks as may be, all of about the same length: every block costs one more pass over the result. */
function blockOf(K: i32): i32 {
  const blocks = (K + BLOCK_K - 1) / BLOCK_K;
  const length = (K + blocks - 1) / blocks;
  return min(BLOCK_K, (length + 3) & ~3);
}

/** Packs weights [taps, channels, filters] as a matrix [taps·filters, channels]: its rows from k on, its columns from n on. */
function packTurned(
  weight: usize,
  channels: i32,
  filters: i32,
  n: i32,
  columns: i32,
  k: i32,
  inner: i32,
  target: usize,
): void {
  for (let first = 0; first < columns; first += TILE_N) {
    const present = min(TILE_N, columns - first);
    let to = target + <usize>(first * inner) * F32;
    for (let row = k; row < k + inner; row++) {
      const tap = row / filters;
      let from = weight + <usize>((tap * channels + n + first) * filters + row - tap * filters) * F32;
      for (let i = 0; i < TILE_N; i++, from += <usize>filters * F32, to += F32) {
        store<f32>(to, i < present ? load<f32>(from) : 0);
      }
    }
  }
}
