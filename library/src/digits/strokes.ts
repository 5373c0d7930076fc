/**
 * From a pen's strokes to what the network was trained on. The points of the strokes say more than any picture of them:
 * they are brought to MNIST's size first, and drawn then, with a pen as wide as MNIST's is at that size. Drawing first and
 * shrinking the picture would shrink the pen too, and a pen that is wide enough to be seen closes the loops of a small
 * digit.
 *
 *   box      around the points, in their own units
 *   scaled   the strokes drawn in MNIST's size: longest side 20 pixels, the pen's width included
 *   placed   in a picture of 28×28 by the centre of mass
 */
import { checkSettings, formatValue, number, SettingError, ShapeError } from "#base";
import { drawStrokes, FARTHEST } from "./pen.ts";
import type { Stroke } from "./pen.ts";
import { bytesOf, emptyImage, layInto, LONGEST, place, SIDE } from "./placement.ts";
import type { PreparedDigit } from "./placement.ts";
import type { Box, GreyPicture } from "./picture.ts";

// pixels; so drawn, digits have as much ink as MNIST's (104 full pixels, MNIST 102), and their strokes measure as wide
// (2.67, MNIST 2.63)
const PEN = 2.5;
const CANVAS_PEN = 2; // pixels, a fourteenth of the picture, as many a canvas has it
const POINT = 1e-9; // in the strokes' own unit: closer together, points are one

export interface StrokeOptions {
  /** The pen's width in pixels of the 28×28 image, 0.5 to 8; default 2.5. */
  pen?: number;
}

/**
 * Prepares strokes of one digit, in any unit, y pointing down. A stroke of one point is a dot; without any points the
 * digit is blank.
 *
 * @param strokes [x0, y0, x1, y1, …] each
 * @throws {ShapeError} when a stroke has an x without a y
 * @throws {SettingError} when a coordinate is no number up to 1e12, or the pen is out of its range
 * @example
 * prepareStrokes([[0, 0, 60, 0, 20, 100]]).image.length; // 784
 */
export function prepareStrokes(strokes: readonly Stroke[], options: StrokeOptions = {}): PreparedDigit {
  const { pen } = checkSettings("prepareStrokes", options, { pen: number(0.5, 8, PEN) });
  checkStrokes("prepareStrokes", strokes);
  const box = boxOfPoints(strokes);
  if (box === null) {
    const placed = emptyImage();
    return { image: bytesOf(placed), blank: true, steps: { box, scaled: null, placed } };
  }
  const scaled = drawWithin(strokes, box, { longest: LONGEST, pen });
  const placed = place(scaled);
  return { image: bytesOf(placed), blank: false, steps: { box, scaled, placed } };
}

/**
 * Strokes without any preparation but what cannot be left out: they fill the picture, as a canvas does that was drawn
 * on from edge to edge and then made smaller. For seeing what the preparation is worth.
 *
 * @throws as `prepareStrokes` does
 */
export function plainStrokes(strokes: readonly Stroke[]): Uint8Array {
  checkStrokes("plainStrokes", strokes);
  const box = boxOfPoints(strokes);
  if (box === null) return bytesOf(emptyImage());
  const drawn = drawWithin(strokes, box, { longest: SIDE, pen: CANVAS_PEN });
  return bytesOf(layInto(emptyImage(), drawn, inTheMiddle(drawn)));
}

function inTheMiddle({ width, height }: GreyPicture) {
  return { left: Math.floor((SIDE - width) / 2), top: Math.floor((SIDE - height) / 2) };
}

/** The strokes drawn in a picture that they fill, with a longer side of so many pixels. */
function drawWithin(
  strokes: readonly Stroke[],
  box: Box,
  { longest, pen }: { longest: number; pen: number },
): GreyPicture {
  const extent = Math.max(box.width, box.height);
  // all points in one place make a dot, which has no size to be scaled
  const scale = extent < POINT ? 0 : (longest - pen) / extent;
  const side = (length: number) => Math.max(1, Math.round(length * scale + pen));
  const [width, height] = [side(box.width), side(box.height)];
  // what is lost or won by whole pixels is shared by both ends
  const offsetX = (width - box.width * scale) / 2;
  const offsetY = (height - box.height * scale) / 2;
  const scaled = strokes.map((stroke) =>
    Array.from(stroke, (value, index) =>
      index % 2 === 0 ? (value - box.left) * scale + offsetX : (value - box.top) * scale + offsetY,
    ),
  );
  return drawStrokes(scaled, { width, height, pen });
}

function checkStrokes(op: string, strokes: readonly Stroke[]): void {
  strokes.forEach((stroke, index) => {
    if (stroke.length % 2 === 1) {
      throw new ShapeError({
        op,
        problem: `stroke ${index} ends with an x that has no y`,
        shapes: { stroke: [stroke.length] },
        want: "x and y in turn: [x0, y0, x1, y1, …]",
      });
    }
    for (let at = 0; at < stroke.length; at++) {
      if (Math.abs(stroke[at]) <= FARTHEST) continue;
      const value: unknown = stroke[at];
      const setting = `strokes[${index}][${at}]`;
      const want = `a number from −${FARTHEST} to ${FARTHEST}`;
      throw new SettingError({ op, problem: `${setting} cannot be ${formatValue(value)}`, setting, value, want });
    }
  });
}

function boxOfPoints(strokes: readonly Stroke[]): Box | null {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const stroke of strokes) {
    for (let at = 0; at < stroke.length; at += 2) {
      left = Math.min(left, stroke[at]);
      right = Math.max(right, stroke[at]);
      top = Math.min(top, stroke[at + 1]);
      bottom = Math.max(bottom, stroke[at + 1]);
    }
  }
  return right < left ? null : { left, top, width: right - left, height: bottom - top };
}
