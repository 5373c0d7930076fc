/**
 * Convolution, forward and backward: sums of products of what lies under windows with weights, a tile of places by
 * columns at a time (outer-products.ts), read where it lies or from a copy with zeros around it (bands.ts). Twin:
 * ../reference/conv2d.ts.
 *
 *   forward    y  += patches(x) · w                    places are output pixels, columns filters
 *   input      dx += patches(dy) · w turned around     places are input pixels, columns channels; one walk for each rest
 *                                                      of (y + top) / stride and (x + left) / stride
 *   weights    dw += patches(x)ᵀ · dy                  places are taps, columns filters
 *
 * Forward and for the input, begin and end count lines of the result: every number is summed within one line's turn, tap
 * by tap in the same order. For the weights, begin and end count shares: some of the samples and of the taps. The sums of
 * every share of samples are added up afterwards, in the order of the shares.
 *
 * @see [Chellapilla06]
 */
import { MOST_STEPS, Walk } from "./bands";
import { COLUMNS, Ending, multiplyTile, multiplySome, PLACES } from "./outer-products";
import { Four } from "./tail";

const WEIGHT_BYTES: usize = 131072;
/** Columns whose weights are packed at once. */
const MOST_COLUMNS = <i32>(WEIGHT_BYTES / (MOST_STEPS * 4));
const PANEL_ROW: usize = 32; // bytes of eight numbers

/** Where in this thread's scratch things lie: packed weights at its start. */
const TILE: usize = WEIGHT_BYTES;
const ENDING: usize = TILE + 192;
const ROWS: usize = ENDING + 64;
const MATRIX: usize = ROWS + 32;
const WALK: usize = MATRIX + 64;

/** The weights as a matrix [taps·channels, columns], whichever way they lie: numbers between neighbours. */
@unmanaged
class Matrix {
  first: usize;
  tapY: i32;
  tapX: i32;
  channel: i32;
  column: i32;
  columns: i32;

  /** Packs the walk's block of rows, from column `from` on, into panels of eight columns. */
  pack(walk: Walk, from: i32, columns: i32, target: usize): void {
    for (let first = 0; first < columns; first += COLUMNS) {
      const present = min(COLUMNS, columns - first);
      for (let y = 0; y < walk.heightOfBlock; y++)
        for (let x = 0; x < walk.widthOfBlock; x++) {
          let row =
            (walk.firstY + y) * this.tapY +
            (walk.firstX + x) * this.tapX +
            walk.firstChannel * this.channel +
            (from + first) * this.column;
          for (let c = 0; c < walk.depthOfBlock; c++, row += this.channel, target += PANEL_ROW) {
            const at = this.first + ((<usize>row) << 2);
            if (present == COLUMNS && this.column == 1) {
              v128.store(target, v128.load(at));
              v128.store(target, v128.load(at, 16), 16);
            } else
              for (let i = 0; i < COLUMNS; i++) {
                const number: f32 = i < present ? load<f32>(at + ((<usize>(i * this.column)) << 2)) : 0;
                store<f32>(target + ((<usize>i) << 2), number);
              }
          }
        }
    }
  }
}

/** The results of all places from line `begin` to ahead of line `end`. Each begins with its column's bias, if there is one. */
function multiply(
  walk: Walk,
  matrix: Matrix,
  bias: usize,
  relu: bool,
  fresh: bool,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const ending = changetype<Ending>(scratch + ENDING);
  const row = (<usize>matrix.columns) << 2;
  const even = walk.targetColumn == <i32>row && walk.targetLine == walk.columns * <i32>row;
  walk.setBlocks();
  do {
    ending.adds = !(fresh && walk.isFirst);
    ending.least = relu && walk.isLast ? 0 : -Infinity;
    const steps = walk.tapsY > 0 && walk.tapsX > 0 ? walk.listOffsets() : 0;
    for (let from = 0; from < matrix.columns; from += MOST_COLUMNS) {
      const columns = min(MOST_COLUMNS, matrix.columns - from);
      if (steps > 0) matrix.pack(walk, from, columns, scratch);
      let line = begin;
      let column = 0;
      while (line < end) {
        const count = walk.fill(line, column, end);
        for (let j = 0; j < columns; j += COLUMNS) {
          const left = min(COLUMNS, columns - j);
          const panel = scratch + ((<usize>(j * steps)) << 2);
          const at = (<usize>(from + j)) << 2;
          ending.beginWith(bias != 0 && walk.isFirst ? bias + at : 0, left);
          for (let i: usize = 0; i < <usize>count; i += PLACES) {
            const places = walk.places + (i << 2);
            const targets = walk.targets + (i << 2);
            const rows = min(PLACES, count - <i32>i);
            if (even && rows == PLACES && left == COLUMNS) {
              const c = <usize>load<u32>(targets) + at;
              multiplyTile(places, walk.offsets, steps, panel, PANEL_ROW, c, row, ending);
            } else {
              const tile = scratch + TILE;
              multiplySome(places, walk.offsets, steps, panel, PANEL_ROW, targets, rows, left, at, tile, ending);
            }
          }
        }
        column += count;
        line += column / walk.columns;
        column %= walk.columns;
      }
    }
  } while (walk.next());
}

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
  fresh: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const walk = Walk.at(scratch + WALK);
  walkForward(
    walk,
    x,
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
  setTarget(walk, y, outHeight, outWidth, filters);
  const matrix = forwardMatrix(scratch, weight, windowWidth, channels, filters);
  multiply(walk, matrix, 0, false, fresh != 0, begin, end, scratch);
}

export function conv2dBias(
  x: usize,
  weight: usize,
  bias: usize,
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
  relu: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const walk = Walk.at(scratch + WALK);
  walkForward(
    walk,
    x,
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
  setTarget(walk, y, outHeight, outWidth, filters);
  const matrix = forwardMatrix(scratch, weight, windowWidth, channels, filters);
  multiply(walk, matrix, bias, relu != 0, true, begin, end, scratch);
}

function walkForward(
  walk: Walk,
  x: usize,
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
): void {
  walk.source = x;
  walk.height = height;
  walk.width = width;
  walk.channels = channels;
  walk.lines = outHeight;
  walk.columns = outWidth;
  walk.strideY = strideY;
  walk.strideX = strideX;
  walk.originY = -top;
  walk.originX = -left;
  walk.tapsY = windowHeight;
  walk.tapsX = windowWidth;
}

/** Results are written place by place. */
function setTarget(walk: Walk, target: usize, lines: i32, columns: i32, numbers: i32): void {
  walk.target = target;
  walk.targetColumn = numbers << 2;
  walk.targetLine = (columns * numbers) << 2;
  walk.targetSample = (lines * columns * numbers) << 2;
}

function forwardMatrix(scratch: usize, weight: usize, windowWidth: i32, channels: i32, filters: i32): Matrix {
  const matrix = changetype<Matrix>(scratch + MATRIX);
  matrix.first = weight;
  matrix.tapY = windowWidth * channels * filters;
  matrix.tapX = channels * filters;
  matrix.channel = filters;
  matrix.column = 1;
  matrix.columns = filters;
  return matrix;
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
  fresh: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const walk = Walk.at(scratch + WALK);
  const matrix = changetype<Matrix>(scratch + MATRIX);
  walk.source = dy;
  walk.height = outHeight;
  walk.width = outWidth;
  walk.channels = filters;
  walk.strideY = 1;
  walk.strideX = 1;
  walk.targetColumn = (strideX * channels) << 2;
  walk.targetLine = (strideY * width * channels) << 2;
  walk.targetSample = (height * width * channels) << 2;
  matrix.channel = 1;
  matrix.column = filters;
  matrix.columns = channels;
  const tapX = channels * filters;
  const tapY = windowWidth * tapX;
  matrix.tapY = -strideY * tapY;
  matrix.tapX = -strideX * tapX;
  // the places with y = firstY + i·stride meet the taps restY, restY + stride, …: the last of them sees the first line
  for (let firstY = 0; firstY < min(strideY, height); firstY++) {
    const restY = (firstY + top) % strideY;
    walk.lines = (height - firstY + strideY - 1) / strideY;
    walk.tapsY = restY < windowHeight ? (windowHeight - restY + strideY - 1) / strideY : 0;
    walk.originY = (firstY + top) / strideY - walk.tapsY + 1;
    for (let firstX = 0; firstX < min(strideX, width); firstX++) {
      const restX = (firstX + left) % strideX;
      walk.columns = (width - firstX + strideX - 1) / strideX;
      walk.tapsX = restX < windowWidth ? (windowWidth - restX + strideX - 1) / strideX : 0;
      walk.originX = (firstX + left) / strideX - walk.tapsX + 1;
      walk.target = dx + ((<usize>((firstY * width + firstX) * channels)) << 2);
      matrix.first =
        weight +
        ((<usize>((restY + strideY * (walk.tapsY - 1)) * tapY + (restX + strideX * (walk.tapsX - 1)) * tapX)) << 2);
      const from = linesAhead(begin, height, firstY, strideY, walk.lines);
      const to = linesAhead(end, height, firstY, strideY, walk.lines);
      multiply(walk, matrix, 0, false, fresh != 0, from, to, scratch);
    }
  }
}

/** How many of all samples' lines first, first + stride, … lie ahead of a line. */
function linesAhead(line: i32, height: i32, first: i32, stride: i32, ofSample: i32): i32 {
  const sample = line / height;
  const within = line - sample * height;
  return sample * ofSample + max(0, (within - first + stride - 1) / stride);
}

/**
 * The sums of shares [begin, end). Share s·cuts + k belongs to slice s of the samples and cut k of the taps; it is written
 * to the slice's own array of sums. One slice only: to dweight itself.
 */
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
  fresh: i32,
  partials: usize,
  slices: i32,
  cuts: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const walk = Walk.at(scratch + WALK);
  walkForward(
    walk,
    x,
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
  setTarget(walk, dy, outHeight, outWidth, filters);
  const numbers = windowHeight * windowWidth * channels * filters;
  for (let share = begin; share < end; share++) {
    const slice = share / cuts;
    const sums = slices == 1 ? dweight : partials + ((<usize>(slice * numbers)) << 2);
    const from = ((batch * slice) / slices) * outHeight;
    const to = ((batch * (slice + 1)) / slices) * outHeight;
    sumWeights(walk, sums, filters, slices > 1 || fresh != 0, from, to, share - slice * cuts, cuts, scratch);
  }
}

/** One cut of the taps of every block, over lines [begin, end). */
function sumWeights(
  walk: Walk,
  sums: usize,
  filters: i32,
  fresh: bool,
  begin: i32,
  end: i32,
  cut: i32,
  cuts: i32,
  scratch: usize,
): void {
  const ending = changetype<Ending>(scratch + ENDING);
  const tile = scratch + TILE;
  const row = (<usize>filters) << 2;
  ending.least = -Infinity;
  ending.beginWith(0, COLUMNS);
  walk.setBlocks();
  do {
    const steps = walk.listOffsets();
    for (let i: usize = 0; i < 5; i++) {
      store<u32>(walk.offsets + ((<usize>steps + i) << 2), load<u32>(walk.offsets + ((<usize>steps - 1) << 2)));
    }
    const tiles = (steps + PLACES - 1) / PLACES;
    const first = ((tiles * cut) / cuts) * PLACES;
    const last = min(steps, ((tiles * (cut + 1)) / cuts) * PLACES);
    let line = begin;
    let column = 0;
    ending.adds = !fresh;
    while (line < end) {
      const count = walk.fill(line, column, end);
      const gradients = load<u32>(walk.targets);
      for (let j = 0; j < filters; j += COLUMNS) {
        const left = min(COLUMNS, filters - j);
        const at = (<usize>j) << 2;
        let b = <usize>gradients + at;
        let step = row;
        if (left < COLUMNS) {
          packGradients(b, row, count, left, scratch);
          b = scratch;
          step = PANEL_ROW;
        }
        for (let k = first; k < last; k += PLACES) {
          const taps = walk.offsets + ((<usize>k) << 2);
          const rows = min(PLACES, last - k);
          const c = sums + walk.rowOf(k) * row;
          if (rows == PLACES && left == COLUMNS && walk.rowOf(k + PLACES - 1) == walk.rowOf(k) + PLACES - 1) {
            multiplyTile(taps, walk.places, count, b, step, c + at, row, ending);
          } else {
            for (let i = 0; i < rows; i++) {
              store<u32>(scratch + ROWS + ((<usize>i) << 2), <u32>(sums + walk.rowOf(k + i) * row));
            }
            multiplySome(taps, walk.places, count, b, step, scratch + ROWS, rows, left, at, tile, ending);
          }
        }
      }
      ending.adds = true;
      column += count;
      line += column / walk.columns;
      column %= walk.columns;
    }
  } while (walk.next());
}

/** Up to eight columns of gradients, with room for eight. */
function packGradients(from: usize, row: usize, count: i32, columns: i32, to: usize): void {
  for (let i = 0; i < count; i++, from += row, to += PANEL_ROW) {
    v128.store(to, Four.load(from, columns));
    v128.store(to, columns > 4 ? Four.load(from + 16, columns - 4) : f32x4.splat(0), 16);
  }
}

/** target (+)= the slices' sums, slice by slice. begin and end count numbers. */
export function addSlices(
  partials: usize,
  target: usize,
  slices: i32,
  numbers: i32,
  fresh: i32,
  begin: i32,
  end: i32,
): void {
  const slice = (<usize>numbers) << 2;
  for (let i = begin; i < end; i += 4) {
    const left = end - i;
    let from = partials + ((<usize>i) << 2);
    let sum = Four.load(from, left);
    for (let s = 1; s < slices; s++) {
      from += slice;
      sum = f32x4.add(sum, Four.load(from, left));
    }
    const to = target + ((<usize>i) << 2);
    Four.store(to, fresh ? sum : f32x4.add(Four.load(to, left), sum), left);
  }
}
