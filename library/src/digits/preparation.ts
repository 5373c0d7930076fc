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
import { boxOf, bytesOf, emptyImage, LONGEST, place } from "./placement.ts";
import { atMost, crop, greyOf, toLongest } from "./picture.ts";
import type { Box, GreyPicture, Picture } from "./picture.ts";
import { inMnistsWidth } from "./stroke-width.ts";

const LARGEST = 512; // pixels of a side; a digit needs 28, and grain is averaged away

/** A digit as the network wants it, and how it came about. */
export interface PreparedDigit {
  /** 28·28 bytes, ink 255 on paper 0. */
  image: Uint8Array;
  /** True when no ink was found; the image is then all 0. */
  blank: boolean;
  /** The result of each step in turn; box and scaled are null when the picture is blank. */
  steps: {
    grey: GreyPicture | null;
    paper: GreyPicture | null;
    ink: GreyPicture | null;
    box: Box | null;
    stroke: GreyPicture | null;
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
  const grey = atMost(greyOf(picture), LARGEST);
  const { paper, ink } = inkOf(grey);
  const box = boxOf(ink);
  if (box === null) {
    const placed = emptyImage();
    return { image: bytesOf(placed), blank: true, steps: { grey, paper, ink, box, stroke: null, scaled: null, placed } };
  }
  const digit = crop(ink, box);
  const stroke = inMnistsWidth(digit);
  const scaled = toLongest(stroke ?? digit, LONGEST);
  const placed = place(scaled);
  return { image: bytesOf(placed), blank: false, steps: { grey, paper, ink, box, stroke, scaled, placed } };
}
