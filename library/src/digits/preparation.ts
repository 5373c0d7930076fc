/**
 * From any picture of a digit to what the network was trained on. A network knows only pictures like its training
 * pictures, so a photo has to go the way that the makers of MNIST went with their scans:
 *
 *   grey     colours to brightness, transparent parts on white
 *   ink      how much darker than the paper (or lighter than the board) each pixel is; grain and dust left out
 *   box      the smallest rectangle around the ink
 *   scaled   the box with its longest side brought to 20 pixels by area average, proportions kept
 *   placed   in a picture of 28×28 by its centre of mass, the darkest pixel brought to 255
 *
 * A picture that already has MNIST's form passes through almost untouched: each step then has nothing to do.
 *
 * @see [LeCun98] section III.A
 */
import { inkOf } from "./ink.ts";
import { crop, greyOf, resize } from "./picture.ts";
import type { Box, GreyPicture, Picture } from "./picture.ts";

const SIDE = 28; // pixels of MNIST's pictures
const LONGEST = 20; // pixels of the digit's longer side in them: 59,987 of the 60,000 have 20, the others 19
const CENTRE = 14; // where their centre of mass lies, counting pixels from 0: 14.0 on average, within 0.5 in 59,996

/** A digit as the network wants it, and how it came about. */
export interface PreparedDigit {
  /** 28·28 bytes, ink 255 on paper 0. */
  image: Uint8Array;
  /** True when no ink was found; the image is then all 0. */
  blank: boolean;
  /** The result of each step in turn; box and scaled are null when the picture is blank. */
  steps: {
    grey: GreyPicture;
    ink: GreyPicture;
    box: Box | null;
    scaled: GreyPicture | null;
    placed: GreyPicture;
  };
}

/**
 * Prepares a picture of one digit, dark on light or light on dark, of any size.
 *
 * @throws {ShapeError} when the data is not width · height · channels long
 * @throws {SettingError} when a side is no whole number ≥ 1, or channels not 1, 3 or 4
 * @example
 * prepareDigit({ width: 280, height: 280, channels: 4, data: canvasPixels }).image.length; // 784
 */
export function prepareDigit(picture: Picture): PreparedDigit {
  const grey = greyOf(picture);
  const ink = inkOf(grey);
  const box = boxOf(ink);
  if (box === null) {
    const placed = { width: SIDE, height: SIDE, values: new Float32Array(SIDE * SIDE) };
    const image = new Uint8Array(SIDE * SIDE);
    return { image, blank: true, steps: { grey, ink, box, scaled: null, placed } };
  }
  const scale = LONGEST / Math.max(box.width, box.height);
  const scaled = resize(crop(ink, box), {
    width: Math.max(1, Math.round(box.width * scale)),
    height: Math.max(1, Math.round(box.height * scale)),
  });
  const placed = place(scaled);
  return {
    image: Uint8Array.from(placed.values, Math.round),
    blank: false,
    steps: { grey, ink, box, scaled, placed },
  };
}

/** The smallest rectangle around all ink, or null when there is none. */
function boxOf({ width, height, values }: GreyPicture): Box | null {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Puts the digit where its centre of mass falls on MNIST's, to the nearest whole pixel, and brings its ink to 255. */
function place({ width, height, values }: GreyPicture): GreyPicture {
  let [mass, massX, massY, darkest] = [0, 0, 0, 0];
  values.forEach((value, pixel) => {
    mass += value;
    massX += value * (pixel % width);
    massY += value * Math.floor(pixel / width);
    darkest = Math.max(darkest, value);
  });
  const within = (start: number, length: number) => Math.min(Math.max(start, 0), SIDE - length);
  const left = within(Math.round(CENTRE - massX / mass), width);
  const top = within(Math.round(CENTRE - massY / mass), height);
  const placed = new Float32Array(SIDE * SIDE);
  values.forEach((value, pixel) => {
    const at = (top + Math.floor(pixel / width)) * SIDE + left + (pixel % width);
    placed[at] = (value * 255) / darkest;
  });
  return { width: SIDE, height: SIDE, values: placed };
}
