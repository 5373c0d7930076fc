/**
 * Bends pictures by bilinear reading. begin and end count pictures. Twin: ../reference/warp-images.ts.
 *
 * Each channel of a picture is first copied into scratch with a frame of zeros around it, so that reading needs no
 * questions: places are kept within the frame. Meanwhile the rectangle is found in which anything is not 0; four places
 * that all lie more than a pixel outside it are 0 without being read. Of a digit that is half of the picture.
 *
 * Four pixels at a time: their places are computed together, then each reads two pairs of neighbours.
 *
 *   row      0                                 zeros
 *   row      1 … height                        0, a row of the picture, 0, 0
 *   rows     height + 1, height + 2            zeros
 */
import { Four } from "./tail";

export function warpImages(
  x: usize,
  maps: usize,
  sheet: usize,
  pieces: usize,
  y: usize,
  _count: i32,
  height: i32,
  width: i32,
  channels: i32,
  side: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const pitch = width + 3;
  const lineBytes = (<usize>pitch) << 2;
  const sheetBytes = (<usize>(side + width)) << 2;
  const imageNumbers = <usize>height * <usize>width * <usize>channels;
  const stride = (<usize>channels) << 2;
  memory.fill(scratch, 0, lineBytes * <usize>(height + 3));
  const inner = scratch + lineBytes + 4; // where the picture begins
  const four = f32x4(0, 1, 2, 3);
  const mostRight = f32x4.splat(<f32>width);
  const mostDown = f32x4.splat(<f32>height);

  for (let image = begin; image < end; image++) {
    const map = maps + <usize>image * 24;
    const a = v128.load32_splat(map);
    const b = v128.load32_splat(map, 4);
    const u = v128.load32_splat(map, 8);
    const c = v128.load32_splat(map, 12);
    const d = v128.load32_splat(map, 16);
    const v = v128.load32_splat(map, 20);
    const piece = pieces + <usize>image * 24;

    for (let channel = 0; channel < channels; channel++) {
      const first = ((<usize>image * imageNumbers) << 2) + ((<usize>channel) << 2);
      copyChannel(x + first, inner, height, width, stride, lineBytes);
      const leftBound = f32x4.splat(<f32>(inkLeft - 1));
      const rightBound = f32x4.splat(<f32>(inkRight + 1));
      const topBound = f32x4.splat(<f32>(inkTop - 1));
      const bottomBound = f32x4.splat(<f32>(inkBottom + 1));

      for (let row = 0; row < height; row++) {
        const to = y + first + <usize>(row * width) * stride;
        if (sheet != 0) {
          const columnBends = lineOf(sheet, sheetBytes, side, piece, row);
          const rowBends = lineOf(sheet, sheetBytes, side, piece + 12, row);
          for (let column = 0; column < width; column += 4) {
            const at = (<usize>column) << 2;
            const left = width - column;
            const columnBend = f32x4.mul(v128.load32_splat(piece, 8), Four.load(columnBends + at, left));
            const rowBend = f32x4.mul(v128.load32_splat(piece, 20), Four.load(rowBends + at, left));
            const bentColumn = f32x4.add(f32x4.add(f32x4.splat(<f32>column), four), columnBend);
            const bentRow = f32x4.add(f32x4.splat(<f32>row), rowBend);
            const fromColumn = f32x4.add(f32x4.mul(a, bentColumn), f32x4.add(f32x4.mul(b, bentRow), u));
            const fromRow = f32x4.add(f32x4.mul(c, bentColumn), f32x4.add(f32x4.mul(d, bentRow), v));
            const value = Places.see(fromColumn, fromRow, leftBound, rightBound, topBound, bottomBound)
              ? Places.read(inner, fromColumn, fromRow, mostRight, mostDown, pitch)
              : f32x4.splat(0);
            if (channels == 1) Four.store(to + at, value, left);
            else scatter(to + <usize>column * stride, value, left, stride);
          }
        } else {
          const columnStart = f32x4.add(f32x4.mul(b, f32x4.splat(<f32>row)), u);
          const rowStart = f32x4.add(f32x4.mul(d, f32x4.splat(<f32>row)), v);
          for (let column = 0; column < width; column += 4) {
            const columns = f32x4.add(f32x4.splat(<f32>column), four);
            const fromColumn = f32x4.add(f32x4.mul(a, columns), columnStart);
            const fromRow = f32x4.add(f32x4.mul(c, columns), rowStart);
            const value = Places.see(fromColumn, fromRow, leftBound, rightBound, topBound, bottomBound)
              ? Places.read(inner, fromColumn, fromRow, mostRight, mostDown, pitch)
              : f32x4.splat(0);
            const left = width - column;
            if (channels == 1) Four.store(to + ((<usize>column) << 2), value, left);
            else scatter(to + <usize>column * stride, value, left, stride);
          }
        }
      }
    }
  }
}

/** The line of a sheet that a window shows in one of its rows. */
function lineOf(sheet: usize, sheetBytes: usize, side: i32, piece: usize, row: i32): usize {
  const line = (<i32>load<f32>(piece) + row) % side;
  return sheet + <usize>line * sheetBytes + ((<usize>(<i32>load<f32>(piece, 4))) << 2);
}

/** Where anything of a channel is not 0, rounded outwards to four columns; right is below left where nothing is. */
let inkLeft: i32 = 0;
let inkRight: i32 = 0;
let inkTop: i32 = 0;
let inkBottom: i32 = 0;

/** Copies a channel into the frame, and finds where its ink is. */
function copyChannel(x: usize, inner: usize, height: i32, width: i32, stride: usize, lineBytes: usize): void {
  inkLeft = width;
  inkRight = -1;
  inkTop = height;
  inkBottom = -1;
  for (let row = 0; row < height; row++) {
    const to = inner + <usize>row * lineBytes;
    const from = x + <usize>(row * width) * stride;
    let column = 0;
    if (stride == 4) {
      for (; column + 4 <= width; column += 4) {
        const v = v128.load(from + ((<usize>column) << 2));
        v128.store(to + ((<usize>column) << 2), v);
        if (v128.any_true(v)) noteInk(row, column, column + 3);
      }
    }
    for (; column < width; column++) {
      const value = load<f32>(from + <usize>column * stride);
      store<f32>(to + ((<usize>column) << 2), value);
      if (value != 0) noteInk(row, column, column);
    }
  }
}

function noteInk(row: i32, left: i32, right: i32): void {
  inkLeft = min(inkLeft, left);
  inkRight = max(inkRight, right);
  inkTop = min(inkTop, row);
  inkBottom = row;
}

/** Four places at a time. */
class Places {
  /** Whether any of them lies between bounds, which are a pixel away from the ink. */
  @inline static see(fromColumn: v128, fromRow: v128, left: v128, right: v128, top: v128, bottom: v128): bool {
    const across = v128.and(f32x4.gt(fromColumn, left), f32x4.lt(fromColumn, right));
    const down = v128.and(f32x4.gt(fromRow, top), f32x4.lt(fromRow, bottom));
    return v128.any_true(v128.and(across, down));
  }

  /** The values there, or at the nearest place within the frame. */
  @inline static read(
    inner: usize,
    fromColumn: v128,
    fromRow: v128,
    mostRight: v128,
    mostDown: v128,
    pitch: i32,
  ): v128 {
    // in this order what is no number becomes −1
    const column = f32x4.pmin(mostRight, f32x4.pmax(f32x4.splat(-1), fromColumn));
    const row = f32x4.pmin(mostDown, f32x4.pmax(f32x4.splat(-1), fromRow));
    const left = f32x4.floor(column);
    const top = f32x4.floor(row);
    // whole numbers far below 2²², which floats hold exactly; added to 1.5·2²³ they stand in its last bits
    const place = f32x4.add(f32x4.mul(top, f32x4.splat(<f32>pitch)), left);
    const bits = f32x4.add(place, f32x4.splat(12582912));
    const at = i32x4.shl(i32x4.sub(bits, i32x4.splat(0x4b400000)), 2);
    const p0 = inner + <usize>i32x4.extract_lane(at, 0);
    const p1 = inner + <usize>i32x4.extract_lane(at, 1);
    const p2 = inner + <usize>i32x4.extract_lane(at, 2);
    const p3 = inner + <usize>i32x4.extract_lane(at, 3);
    const line = (<usize>pitch) << 2;
    const across = f32x4.sub(column, left);
    const above = Places.between(Places.pairs(p0, p1), Places.pairs(p2, p3), across);
    const below = Places.between(Places.pairs(p0 + line, p1 + line), Places.pairs(p2 + line, p3 + line), across);
    return f32x4.add(above, f32x4.mul(f32x4.sub(row, top), f32x4.sub(below, above)));
  }

  /** Two neighbours from each of two places. */
  @inline static pairs(p: usize, q: usize): v128 {
    return v128.load_lane<i64>(q, v128.load64_zero(p), 1);
  }

  /** Between left and right neighbours, the four places' pairs one after another. */
  @inline static between(first: v128, second: v128, across: v128): v128 {
    const left = v128.shuffle<i32>(first, second, 0, 2, 4, 6);
    const right = v128.shuffle<i32>(first, second, 1, 3, 5, 7);
    return f32x4.add(left, f32x4.mul(across, f32x4.sub(right, left)));
  }
}

/** Stores up to four values, each a pixel further. */
function scatter(to: usize, value: v128, left: i32, stride: usize): void {
  store<f32>(to, f32x4.extract_lane(value, 0));
  if (left > 1) store<f32>(to + stride, f32x4.extract_lane(value, 1));
  if (left > 2) store<f32>(to + 2 * stride, f32x4.extract_lane(value, 2));
  if (left > 3) store<f32>(to + 3 * stride, f32x4.extract_lane(value, 3));
}
