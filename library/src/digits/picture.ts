/**
 * Pictures as the preparation handles them: colours as they come from a decoder or a canvas, and grey ones in between.
 * A grey picture keeps fractions, so that five steps in a row round only once, at the end.
 */
import { checkSettings, SettingError, ShapeError, whole } from "#base";

/** Pixels as decoders and canvases give them: row by row, channels together, 0–255. */
export interface Picture {
  width: number;
  height: number;
  /** 1: grey, 3: red green blue, 4: red green blue alpha (not premultiplied). */
  channels: 1 | 3 | 4;
  data: Uint8Array | Uint8ClampedArray;
}

/** One number per pixel, row by row, 0–255, not rounded. */
export interface GreyPicture {
  width: number;
  height: number;
  values: Float32Array;
}

/** A rectangle of whole pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * How bright each pixel is to the eye. Transparent parts lie on white; but where most of the picture is transparent, and
 * what is not is light, on black, for there it is to be seen.
 *
 * `grey = 0.299·red + 0.587·green + 0.114·blue`
 *
 * @throws {ShapeError} when the data is not width · height · channels long
 * @see [BT601] section 2.5.1
 */
export function greyOf(picture: Picture): GreyPicture {
  const op = "prepareDigit";
  const { width, height, channels, data } = picture;
  checkSettings(op, { width, height }, { width: whole(1), height: whole(1) });
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    const want = "1 (grey), 3 (RGB) or 4 (RGBA)";
    throw new SettingError({ op, problem: "unknown channels", setting: "channels", value: channels, want });
  }
  if (data.length !== width * height * channels) {
    throw new ShapeError({
      op,
      problem: "the picture's data is not of its size",
      shapes: { data: [data.length], picture: [height, width, channels] },
      want: `${width * height * channels} bytes`,
    });
  }
  const values = new Float32Array(width * height);
  if (channels === 1) {
    values.set(data);
    return { width, height, values };
  }
  for (let pixel = 0, at = 0; pixel < values.length; pixel++, at += channels) {
    values[pixel] = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
  }
  if (channels === 4) layOnGround(values, data);
  return { width, height, values };
}

/** Mixes each pixel with what lies under it, by its opacity, the last of its four bytes. */
function layOnGround(values: Float32Array, data: Picture["data"]): void {
  let [opaque, light] = [0, 0];
  for (let pixel = 0; pixel < values.length; pixel++) {
    opaque += data[pixel * 4 + 3];
    light += values[pixel] * data[pixel * 4 + 3];
  }
  if (opaque === 255 * values.length) return;
  const ground = opaque < (255 * values.length) / 2 && light > 127.5 * opaque ? 0 : 255;
  for (let pixel = 0; pixel < values.length; pixel++) {
    const opacity = data[pixel * 4 + 3] / 255;
    values[pixel] = values[pixel] * opacity + ground * (1 - opacity);
  }
}

/** The part of a picture inside a box. */
export function crop(picture: GreyPicture, box: Box): GreyPicture {
  const values = new Float32Array(box.width * box.height);
  for (let row = 0; row < box.height; row++) {
    const begin = (box.top + row) * picture.width + box.left;
    values.set(picture.values.subarray(begin, begin + box.width), row * box.width);
  }
  return { width: box.width, height: box.height, values };
}

/**
 * The picture in another size by area average: a new pixel is the mean of what it covers, parts of old pixels counting
 * by their share. Thin strokes become fainter, never vanish between samples. The same size changes nothing.
 */
export function resize(picture: GreyPicture, { width, height }: { width: number; height: number }): GreyPicture {
  // one direction at a time: the mean of the rows' means is the mean
  const narrow = new Float32Array(width * picture.height);
  for (let column = 0; column < width; column++) {
    const { first, last, begin, end } = covered(column, width, picture.width);
    for (let row = 0; row < picture.height; row++) {
      let sum = 0;
      for (let at = first; at <= last; at++) {
        sum += picture.values[row * picture.width + at] * (Math.min(at + 1, end) - Math.max(at, begin));
      }
      narrow[row * width + column] = sum / (end - begin);
    }
  }
  const values = new Float32Array(width * height);
  const sums = new Float64Array(width);
  for (let row = 0; row < height; row++) {
    const { first, last, begin, end } = covered(row, height, picture.height);
    sums.fill(0);
    for (let at = first; at <= last; at++) {
      const share = Math.min(at + 1, end) - Math.max(at, begin);
      for (let column = 0; column < width; column++) sums[column] += narrow[at * width + column] * share;
    }
    for (let column = 0; column < width; column++) values[row * width + column] = sums[column] / (end - begin);
  }
  return { width, height, values };
}

/** Which part of a line of so many pixels a new pixel covers, one of `count` equal pieces. */
function covered(piece: number, count: number, length: number) {
  const begin = (piece * length) / count;
  const end = ((piece + 1) * length) / count;
  return { first: Math.floor(begin), last: Math.ceil(end) - 1, begin, end };
}

/** The picture in the size whose longer side is `longest`: made smaller by area average, larger by straight lines. */
export function toLongest(picture: GreyPicture, longest: number): GreyPicture {
  const scale = longest / Math.max(picture.width, picture.height);
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const size = { width: side(picture.width), height: side(picture.height) };
  return scale > 1 ? enlarge(picture, size) : resize(picture, size);
}

/** The picture, made smaller in proportion if its longer side is longer than that. */
export function atMost(picture: GreyPicture, longest: number): GreyPicture {
  return Math.max(picture.width, picture.height) <= longest ? picture : toLongest(picture, longest);
}

/**
 * The picture in a larger size, by straight lines from the middle of each pixel to the middle of the next. The same size
 * changes nothing.
 */
export function enlarge(picture: GreyPicture, { width, height }: { width: number; height: number }): GreyPicture {
  if (width === picture.width && height === picture.height) return picture;
  const columns = neighbours(picture.width, width);
  const rows = neighbours(picture.height, height);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [above, below] = [rows.before[y] * picture.width, rows.after[y] * picture.width];
    const down = rows.part[y];
    for (let x = 0; x < width; x++) {
      const [left, right] = [columns.before[x], columns.after[x]];
      const across = columns.part[x];
      const upper = picture.values[above + left] * (1 - across) + picture.values[above + right] * across;
      const lower = picture.values[below + left] * (1 - across) + picture.values[below + right] * across;
      values[y * width + x] = upper * (1 - down) + lower * down;
    }
  }
  return { width, height, values };
}

/** Between which two of `from` pixels the middle of each of `to` lies, and which part of the way. */
function neighbours(from: number, to: number) {
  const before = new Int32Array(to);
  const after = new Int32Array(to);
  const part = new Float32Array(to);
  for (let pixel = 0; pixel < to; pixel++) {
    const place = Math.min(from - 1, Math.max(0, ((pixel + 0.5) * from) / to - 0.5));
    before[pixel] = Math.floor(place);
    after[pixel] = Math.min(from - 1, before[pixel] + 1);
    part[pixel] = place - before[pixel];
  }
  return { before, after, part };
}
