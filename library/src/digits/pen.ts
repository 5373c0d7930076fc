/**
 * A round pen. It inks every point that lies within half its width of the line it was led along; a pixel is inked by the
 * part of it that is covered. Along a straight edge that part is, almost exactly, how deep the pixel's centre lies
 * within the ink:
 *
 *   `coverage = clamp(width / 2 − distance + 1/2)`        distance of the pixel's centre from the line, in pixels
 *
 * so edges are smooth, and where two strokes cross, the darker one counts: ink on ink is no darker.
 */
import type { GreyPicture } from "./picture.ts";

/** Coordinates lie between the negative of this and itself: with larger ones, their differences lose all meaning. */
export const FARTHEST = 1e12;

/** What a pen drew without being lifted: [x0, y0, x1, y1, …], y pointing down. A single point is a dot. */
export type Stroke = ArrayLike<number>;

/**
 * Strokes drawn into a picture, ink 255 on 0.
 *
 * @param strokes      in pixels of the picture, whose upper left corner is 0, 0
 * @param options.pen  the pen's width in pixels
 */
export function drawStrokes(
  strokes: readonly Stroke[],
  { width, height, pen }: { width: number; height: number; pen: number },
): GreyPicture {
  const picture = { width, height, values: new Float32Array(width * height) };
  for (const stroke of strokes) {
    if (stroke.length === 2) drawLine(picture, [stroke[0], stroke[1], stroke[0], stroke[1]], pen);
    for (let at = 2; at + 1 < stroke.length; at += 2) {
      drawLine(picture, [stroke[at - 2], stroke[at - 1], stroke[at], stroke[at + 1]], pen);
    }
  }
  return picture;
}

/** A straight line between two points, round at both ends. */
function drawLine(
  { width, height, values }: GreyPicture,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  pen: number,
): void {
  const reach = pen / 2 + 1; // the centres of pixels that the pen touches lie nearer
  const first = { x: Math.max(0, Math.floor(Math.min(x0, x1) - reach)), y: Math.floor(Math.min(y0, y1) - reach) };
  const last = { x: Math.min(width - 1, Math.ceil(Math.max(x0, x1) + reach)), y: Math.ceil(Math.max(y0, y1) + reach) };
  const [alongX, alongY] = [x1 - x0, y1 - y0];
  const square = alongX * alongX + alongY * alongY;
  for (let row = Math.max(0, first.y); row <= Math.min(height - 1, last.y); row++) {
    for (let column = first.x; column <= last.x; column++) {
      const [x, y] = [column + 0.5 - x0, row + 0.5 - y0];
      // the nearest point of the line: its foot, or the end beyond which the foot would lie
      const part = square === 0 ? 0 : Math.min(1, Math.max(0, (x * alongX + y * alongY) / square));
      const [aside, below] = [x - part * alongX, y - part * alongY];
      const coverage = pen / 2 - Math.sqrt(aside * aside + below * below) + 0.5;
      const at = row * width + column;
      values[at] = Math.max(values[at], 255 * Math.min(1, Math.max(0, coverage)));
    }
  }
}
