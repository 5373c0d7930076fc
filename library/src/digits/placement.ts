/**
 * MNIST's form: pictures of 28×28 pixels, in which the digit's longer side has 20, and its centre of mass lies in the
 * middle. The numbers are those of the 60,000 training images.
 *
 * @see [LeCun98] section III.A
 */
import type { Box, GreyPicture } from "./picture.ts";

/** Pixels of a picture's side. */
export const SIDE = 28;
/** Pixels of the digit's longer side: 59,987 of the 60,000 have 20, the others 19. */
export const LONGEST = 20;
const CENTRE = 14; // of mass, counting pixels from 0: 14.0 on average, within 0.5 in 59,996

/** A digit as the network wants it, and how it came about. */
export interface PreparedDigit {
  /** 28·28 bytes, ink 255 on paper 0. */
  image: Uint8Array;
  /** True when no ink was found; the image is then all 0. */
  blank: boolean;
  steps: Steps;
}

/** The result of each step that pictures and strokes have in common. */
export interface Steps {
  /** What the digit fills; null when it is blank. Of strokes in their own units, of pictures in pixels of `grey`. */
  box: Box | null;
  /** The digit in MNIST's size; null when it is blank. */
  scaled: GreyPicture | null;
  /** The digit in MNIST's place. */
  placed: GreyPicture;
}

/** The smallest rectangle around all ink above a limit, or null when there is none. */
export function boxOf({ width, height, values }: GreyPicture, limit = 0): Box | null {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] <= limit) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** A picture without ink. */
export function emptyImage(): GreyPicture {
  return { width: SIDE, height: SIDE, values: new Float32Array(SIDE * SIDE) };
}

/**
 * Puts a digit of at most 28×28 pixels where its centre of mass falls on MNIST's, to the nearest whole pixel, and brings
 * its darkest pixel to 255.
 */
export function place({ width, height, values }: GreyPicture): GreyPicture {
  let [mass, massX, massY, darkest] = [0, 0, 0, 0];
  for (let pixel = 0; pixel < values.length; pixel++) {
    const value = values[pixel];
    mass += value;
    massX += value * (pixel % width);
    massY += value * Math.floor(pixel / width);
    darkest = Math.max(darkest, value);
  }
  const within = (start: number, length: number) => Math.min(Math.max(start, 0), SIDE - length);
  const left = within(Math.round(CENTRE - massX / mass), width);
  const top = within(Math.round(CENTRE - massY / mass), height);
  return layInto(
    emptyImage(),
    { width, height, values: values.map((value) => (value * 255) / darkest) },
    { left, top },
  );
}

/** Puts a picture into a larger one, which it changes and returns. */
export function layInto(ground: GreyPicture, picture: GreyPicture, { left, top }: { left: number; top: number }) {
  for (let row = 0; row < picture.height; row++) {
    const line = picture.values.subarray(row * picture.width, (row + 1) * picture.width);
    ground.values.set(line, (top + row) * ground.width + left);
  }
  return ground;
}

/** Numbers from 0 to 255 as bytes. */
export function bytesOf({ values }: Pick<GreyPicture, "values">): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let pixel = 0; pixel < values.length; pixel++) bytes[pixel] = Math.round(values[pixel]);
  return bytes;
}
