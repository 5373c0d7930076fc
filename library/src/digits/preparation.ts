/**
 * From any picture of a digit to what the network was trained on. A network knows only pictures like its training
 * pictures, so a photo has to go the way that the makers of MNIST went with their scans:
 *
 *   grey     colours to brightness, transparent parts on white; at most 512 pixels, without a border of one colour
 *   paper    what there would be without ink, shadows and all
 *   ink      which part of the paper's light is missing at each pixel; grain, dust and frames left out
 *   box      the smallest rectangle around the ink
 *   stroke   the digit with thinner or wider strokes, where they are wider or thinner than nearly all of MNIST's
 *   scaled   with its longest side brought to 20 pixels by area average, proportions kept; 19 to 22 are left as they are,
 *            since a change by a few percent would blur more than it would help
 *   placed   in a picture of 28×28 by its centre of mass, the darkest pixel brought to 255
 *
 * A picture that already has MNIST's form passes through almost untouched: each step then has nothing to do.
 *
 * @see [LeCun98] section III.A
 */
import { insideBorder } from "./border.ts";
import { inkOf } from "./ink.ts";
import { boxOf, bytesOf, emptyImage, LONGEST, place, SIDE } from "./placement.ts";
import type { PreparedDigit, Steps } from "./placement.ts";
import { atMost, crop, greyOf, resize, toLongest } from "./picture.ts";
import type { GreyPicture, Picture } from "./picture.ts";
import { inMnistsWidth } from "./stroke-width.ts";

const LARGEST = 512; // pixels of a side; a digit needs 28, and grain is averaged away

// pixels of the longer side that pass for MNIST's 20
const [SHORTER, LONGER] = [19, 22];
const SOFTLY_LONGER = 24; // where at least one of them is faint

/** A digit found on a picture. */
export interface PreparedPicture extends PreparedDigit {
  steps: PictureSteps;
}

/** The result of each step in turn. */
export interface PictureSteps extends Steps {
  grey: GreyPicture;
  paper: GreyPicture;
  /** 0–255, as large as `grey`. */
  ink: GreyPicture;
  /** Null when the strokes needed no change. */
  stroke: GreyPicture | null;
}

/**
 * Prepares a picture of one digit, dark on light or light on dark, of any size.
 *
 * @throws {ShapeError} when the data is not width · height · channels long
 * @throws {SettingError} when a side is no whole number ≥ 1, or channels not 1, 3 or 4
 * @example
 * prepareDigit({ width: 280, height: 280, channels: 4, data: canvasPixels }).image.length; // 784
 */
export function prepareDigit(picture: Picture): PreparedPicture {
  const all = atMost(greyOf(picture), LARGEST);
  const grey = crop(all, insideBorder(all));
  const { paper, ink } = inkOf(grey);
  const box = boxOf(ink);
  if (box === null) {
    const placed = emptyImage();
    return {
      image: bytesOf(placed),
      blank: true,
      steps: { grey, paper, ink, box, stroke: null, scaled: null, placed },
    };
  }
  const digit = crop(ink, box);
  const stroke = inMnistsWidth(digit);
  const scaled = stroke === null && hasMnistsSize(digit) ? digit : toLongest(stroke ?? digit, LONGEST);
  const placed = place(scaled);
  return { image: bytesOf(placed), blank: false, steps: { grey, paper, ink, box, stroke, scaled, placed } };
}

/** Whether a digit is as large as MNIST's already. One with soft edges may be a little larger, by what is faint of it. */
function hasMnistsSize({ width, height, values }: GreyPicture): boolean {
  const longest = Math.max(width, height);
  if (longest <= LONGER) return longest >= SHORTER;
  if (longest > SOFTLY_LONGER) return false;
  const [columns, rows] = [new Float32Array(width), new Float32Array(height)];
  let darkest = 0;
  values.forEach((value, pixel) => {
    const [column, row] = [pixel % width, Math.floor(pixel / width)];
    columns[column] = Math.max(columns[column], value);
    rows[row] = Math.max(rows[row], value);
    darkest = Math.max(darkest, value);
  });
  // a row or a column that is nowhere half as dark as the darkest counts in part
  const extent = (line: Float32Array) => line.reduce((sum, value) => sum + Math.min(1, (2 * value) / darkest), 0);
  return Math.max(extent(columns), extent(rows)) <= SOFTLY_LONGER - 1;
}

/**
 * A picture without any preparation: its brightness, stretched or shrunk to 28×28. For seeing what the preparation is
 * worth.
 *
 * @throws as `prepareDigit` does
 */
export function plainDigit(picture: Picture): Uint8Array {
  return bytesOf(resize(greyOf(picture), { width: SIDE, height: SIDE }));
}
