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
import { drawStrokes } from "./pen.ts";
import type { Stroke } from "./pen.ts";
import { bytesOf, emptyImage, LONGEST, place } from "./placement.ts";
import type { Box } from "./picture.ts";
import type { PreparedDigit } from "./preparation.ts";

// of the 28×28 image: so drawn, digits have the ink of MNIST's (102 full pixels) and the width of its strokes
const PEN = 2.5;

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
 * @throws {SettingError} when a coordinate is no finite number, or the pen is out of its range
 * @example
 * prepareStrokes([[0, 0, 60, 0, 20, 100]]).image.length; // 784
 */
export function prepareStrokes(strokes: readonly Stroke[], options: StrokeOptions = {}): PreparedDigit {
  const { pen } = checkSettings("prepareStrokes", options, { pen: number(0.5, 8, PEN) });
  checkStrokes(strokes);
  const box = boxOfPoints(strokes);
  if (box === null) {
    const placed = emptyImage();
    return { image: bytesOf(placed), blank: true, steps: { ...nothing, box, scaled: null, placed } };
  }
  const longest = Math.max(box.width, box.height);
  // all points in one place make a dot, which has no size to be scaled
  const scale = longest === 0 ? 1 : (LONGEST - pen) / longest;
  const side = (length: number) => Math.max(1, Math.round(length * scale + pen));
  const [width, height] = [side(box.width), side(box.height)];
  // what is lost or won by whole pixels is shared by both ends
  const offsetX = (width - box.width * scale) / 2;
  const offsetY = (height - box.height * scale) / 2;
  const scaledStrokes = strokes.map((stroke) =>
    Array.from(stroke, (value, index) =>
      index % 2 === 0 ? (value - box.left) * scale + offsetX : (value - box.top) * scale + offsetY,
    ),
  );
  const scaled = drawStrokes(scaledStrokes, { width, height, pen });
  const placed = place(scaled);
  return { image: bytesOf(placed), blank: false, steps: { ...nothing, box, scaled, placed } };
}

/** The steps that only pictures go through. */
const nothing = { grey: null, paper: null, ink: null, stroke: null } as const;

function checkStrokes(strokes: readonly Stroke[]): void {
  const op = "prepareStrokes";
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
      if (Number.isFinite(stroke[at])) continue;
      const value: unknown = stroke[at];
      const setting = `strokes[${index}][${at}]`;
      const want = "a finite number";
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
