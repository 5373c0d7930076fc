/**
 * A convolution as a product of matrices: if the pixels under each window are written into one row, the filters are the
 * columns of the other matrix. That matrix of *patches* would be as many times larger than the picture as the window has
 * taps; so it is never made. Only a block of it at a time is written into scratch memory, in the order in which the
 * product needs it.
 *
 *   forward    a row is an output pixel, and reads input pixels:   y·stride − top + tapY
 *   backward   a row is an input pixel, and reads output pixels:   (y + top − tapY) / stride, where that is a whole number
 *
 * Columns are the taps, and for each tap the channels. Padding is 0.
 */
import { TILE_M, TILE_N } from "./tiles";
import { Windows } from "./windows";

const F32: usize = 4;
/** One step of a panel, in bytes: a number of each of its four rows. */
const STEP: usize = 16;
/** The same for panels of eight columns. */
const WIDE_STEP: usize = 32;

/** The matrix of patches of a batch of pictures. */
@unmanaged
export class Patches {
  /** The pictures that are read, and one picture's size. */
  source: usize;
  height: i32;
  width: i32;
  channels: i32;
  /** The pixels that rows stand for. */
  rowsHeight: i32;
  rowsWidth: i32;
  windowWidth: i32;
  strideY: i32;
  strideX: i32;
  top: i32;
  left: i32;
  /** Whether rows are input pixels. */
  turned: bool;

  /** Bytes, with the four rows that are being packed. */
  static readonly SIZE: usize = 128;

  /** Rows are output pixels and read the pictures x. */
  static forward(address: usize, windows: Windows, x: usize): Patches {
    const patches = changetype<Patches>(address);
    patches.source = x;
    patches.height = windows.height;
    patches.width = windows.width;
    patches.channels = windows.channels;
    patches.rowsHeight = windows.outHeight;
    patches.rowsWidth = windows.outWidth;
    patches.share(windows, false);
    return patches;
  }

  /** Rows are input pixels and read the gradients of the outputs. */
  static backward(address: usize, windows: Windows, dy: usize, filters: i32): Patches {
    const patches = changetype<Patches>(address);
    patches.source = dy;
    patches.height = windows.outHeight;
    patches.width = windows.outWidth;
    patches.channels = filters;
    patches.rowsHeight = windows.height;
    patches.rowsWidth = windows.width;
    patches.share(windows, true);
    return patches;
  }

  private share(windows: Windows, turned: bool): void {
    this.windowWidth = windows.windowWidth;
    this.strideY = windows.strideY;
    this.strideX = windows.strideX;
    this.top = windows.top;
    this.left = windows.left;
    this.turned = turned;
  }

  /** Row of the picture under a tap, or −1. */
  @inline sourceY(y: i32, tapY: i32): i32 {
    const first = this.turned ? y + this.top : y * this.strideY - this.top;
    return this.under(first, tapY, this.strideY, this.height);
  }

  /** Column of the picture under a tap, or −1. */
  @inline sourceX(x: i32, tapX: i32): i32 {
    const first = this.turned ? x + this.left : x * this.strideX - this.left;
    return this.under(first, tapX, this.strideX, this.width);
  }

  /** What a tap reads, given what the first tap reads (turned: before it is divided), or −1. */
  @inline under(first: i32, tap: i32, stride: i32, length: i32): i32 {
    let place = this.turned ? first - tap : first + tap;
    if (this.turned && stride > 1) {
      if (place < 0 || place % stride != 0) return -1;
      place /= stride;
    }
    return <u32>place < <u32>length ? place : -1;
  }
}

/** One row of the matrix: what its window's first tap reads. */
@unmanaged
class Row {
  /** Lines of pictures ahead of this one. */
  lines: i32;
  y: i32;
  x: i32;

  /** The row of this number; one beyond the last is all padding. */
  place(patches: Patches, row: i32, present: bool): void {
    const line = row / patches.rowsWidth;
    const sample = line / patches.rowsHeight;
    const y = line - sample * patches.rowsHeight;
    const x = row - line * patches.rowsWidth;
    this.lines = sample * patches.height;
    this.y = patches.turned ? y + patches.top : y * patches.strideY - patches.top;
    this.x = patches.turned ? x + patches.left : x * patches.strideX - patches.left;
    if (!present) this.y = i32.MIN_VALUE / 2;
  }

  /** Address of the pixel under a tap, or 0 in the padding. */
  @inline pixel(patches: Patches, tapY: i32, tapX: i32): usize {
    const y = patches.under(this.y, tapY, patches.strideY, patches.height);
    const x = patches.under(this.x, tapX, patches.strideX, patches.width);
    if (y < 0 || x < 0) return 0;
    return patches.source + <usize>(((this.lines + y) * patches.width + x) * patches.channels) * F32;
  }
}

/** Packs rows [first, first + rows) and columns [from, from + inner) into panels of four rows. */
export function packPatches(patches: Patches, first: i32, rows: i32, from: i32, inner: i32, target: usize): void {
  if (patches.channels < 4 && !patches.turned) {
    packThin(patches, first, rows, from, inner, target);
    return;
  }
  const four = changetype<usize>(patches) + offsetof<Patches>();
  for (let row = 0; row < rows; row += TILE_M) {
    const panel = target + <usize>(row * inner) * F32;
    for (let i = 0; i < TILE_M; i++) placed(four, i).place(patches, first + row + i, row + i < rows);
    packFour(patches, four, from, inner, panel);
  }
}

/** The same for pictures of one, two or three numbers a pixel: column by column, for in a line rows are equal steps apart. */
function packThin(patches: Patches, first: i32, rows: i32, from: i32, inner: i32, target: usize): void {
  const channels = patches.channels;
  const step = <usize>(patches.strideX * channels) * F32;
  const padded = (rows + TILE_M - 1) & ~(TILE_M - 1);
  for (let k = from; k < from + inner; k++) {
    const tap = k / channels;
    const tapY = tap / patches.windowWidth;
    const tapX = tap - tapY * patches.windowWidth;
    const panel = target + <usize>(k - from) * STEP;
    let row = 0;
    while (row < rows) {
      const line = (first + row) / patches.rowsWidth;
      const sample = line / patches.rowsHeight;
      const y = patches.sourceY(line - sample * patches.rowsHeight, tapY);
      let x = (first + row - line * patches.rowsWidth) * patches.strideX - patches.left + tapX;
      let at =
        patches.source +
        <usize>(((sample * patches.height + y) * patches.width + x) * channels + k - tap * channels) * F32;
      const stop = min(rows, row + (line + 1) * patches.rowsWidth - first - row);
      const width = y < 0 ? 0 : patches.width;
      for (; row < stop; row++, x += patches.strideX, at += step) {
        const to = panel + <usize>((row & ~(TILE_M - 1)) * inner + (row & (TILE_M - 1))) * F32;
        store<f32>(to, <u32>x < <u32>width ? load<f32>(at) : 0);
      }
    }
    for (; row < padded; row++) {
      store<f32>(panel + <usize>((row & ~(TILE_M - 1)) * inner + (row & (TILE_M - 1))) * F32, 0);
    }
  }
}

function placed(four: usize, i: i32): Row {
  return changetype<Row>(four + <usize>i * offsetof<Row>());
}

function packFour(patches: Patches, four: usize, from: i32, inner: i32, panel: usize): void {
  const r0 = placed(four, 0);
  const r1 = placed(four, 1);
  const r2 = placed(four, 2);
  const r3 = placed(four, 3);
  const channels = patches.channels;
  const end = from + inner;
  let k = from;
  while (k < end) {
    const tap = k / channels;
    const tapY = tap / patches.windowWidth;
    const tapX = tap - tapY * patches.windowWidth;
    const channel = k - tap * channels;
    const count = min(channels - channel, end - k);
    const skip = <usize>channel * F32;
    const p0 = r0.pixel(patches, tapY, tapX);
    const p1 = r1.pixel(patches, tapY, tapX);
    const p2 = r2.pixel(patches, tapY, tapX);
    const p3 = r3.pixel(patches, tapY, tapX);
    let i = 0;
    for (; i + 4 <= count; i += 4) {
      const at = skip + <usize>i * F32;
      storeTransposed(panel, loadOrZero(p0, at), loadOrZero(p1, at), loadOrZero(p2, at), loadOrZero(p3, at));
      panel += 4 * STEP;
    }
    for (; i < count; i++, panel += STEP) {
      const at = skip + <usize>i * F32;
      store<f32>(panel, p0 == 0 ? 0 : load<f32>(p0 + at));
      store<f32>(panel, p1 == 0 ? 0 : load<f32>(p1 + at), 4);
      store<f32>(panel, p2 == 0 ? 0 : load<f32>(p2 + at), 8);
      store<f32>(panel, p3 == 0 ? 0 : load<f32>(p3 + at), 12);
    }
    k += count;
  }
}

function loadOrZero(pixel: usize, skip: usize): v128 {
  return pixel == 0 ? f32x4.splat(0) : v128.load(pixel + skip);
}

/** Four vectors of four numbers, written column by column. */
function storeTransposed(p: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(p, v128.shuffle<i64>(ab01, cd01, 0, 2));
  v128.store(p, v128.shuffle<i64>(ab01, cd01, 1, 3), 16);
  v128.store(p, v128.shuffle<i64>(ab23, cd23, 0, 2), 32);
  v128.store(p, v128.shuffle<i64>(ab23, cd23, 1, 3), 48);
}

/**
 * The same matrix on the right of a product: packs columns [first, first + columns) over the rows [from, from + inner) into
 * panels of eight columns. Rows are taken line by line of the picture, for within one it is a walk of equal steps.
 */
export function packPatchesTransposed(
  patches: Patches,
  first: i32,
  columns: i32,
  from: i32,
  inner: i32,
  target: usize,
): void {
  const channels = patches.channels;
  const padded = (columns + TILE_N - 1) & ~(TILE_N - 1);
  let column = 0;
  while (column < padded) {
    const panel = target + <usize>((column & ~(TILE_N - 1)) * inner + (column & (TILE_N - 1))) * F32;
    const tap = (first + column) / channels;
    const channel = first + column - tap * channels;
    if ((column & 3) == 0 && column + 4 <= columns && channel + 4 <= channels) {
      packColumn(patches, tap, channel, true, from, inner, panel);
      column += 4;
    } else {
      if (column < columns) packColumn(patches, tap, channel, false, from, inner, panel);
      else for (let k = 0; k < inner; k++) store<f32>(panel + <usize>k * WIDE_STEP, 0);
      column++;
    }
  }
}

/** One column of the matrix, or four neighbouring ones, over a stretch of pixels: one step of the panel after the other. */
function packColumn(patches: Patches, tap: i32, channel: i32, four: bool, from: i32, inner: i32, panel: usize): void {
  const rowsWidth = patches.rowsWidth;
  const rowsHeight = patches.rowsHeight;
  const channels = patches.channels;
  const tapY = tap / patches.windowWidth;
  const tapX = tap - tapY * patches.windowWidth;
  const step = <usize>(patches.strideX * channels) * F32;
  const end = from + inner;
  let pixel = from;
  while (pixel < end) {
    const line = pixel / rowsWidth;
    const sample = line / rowsHeight;
    let x = pixel - line * rowsWidth;
    const stop = min(rowsWidth, x + end - pixel);
    pixel += stop - x;
    const y = patches.sourceY(line - sample * rowsHeight, tapY);
    for (; x < stop && (y < 0 || patches.sourceX(x, tapX) < 0); x++, panel += WIDE_STEP) storeZero(panel, four);
    let sourceX = x < stop ? patches.sourceX(x, tapX) : -1;
    let at =
      patches.source + <usize>(((sample * patches.height + y) * patches.width + sourceX) * channels + channel) * F32;
    for (; x < stop && sourceX >= 0; x++, panel += WIDE_STEP) {
      if (four) v128.store(panel, v128.load(at));
      else store<f32>(panel, load<f32>(at));
      at += step;
      sourceX += patches.strideX;
      if (sourceX >= patches.width) sourceX = -1;
    }
    for (; x < stop; x++, panel += WIDE_STEP) storeZero(panel, four);
  }
}

function storeZero(panel: usize, four: bool): void {
  if (four) v128.store(panel, f32x4.splat(0));
  else store<f32>(panel, 0);
}
