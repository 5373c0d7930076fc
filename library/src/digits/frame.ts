/** The frame of a picture, where there is mostly paper, and the middle of its values, which a few strokes cannot move. */
import type { GreyPicture } from "./picture.ts";

// 1 of 28 pixels, the frame of an MNIST picture, and as much of any other
const FRAME = 1 / 28;

/** The numbers of the pixels of a frame around a picture of this size. */
export function framePixels({ width, height }: { width: number; height: number }): Int32Array {
  const thickness = Math.max(1, Math.floor(Math.min(width, height) * FRAME));
  const inside = Math.max(0, width - 2 * thickness) * Math.max(0, height - 2 * thickness);
  const pixels = new Int32Array(width * height - inside);
  let at = 0;
  for (let row = 0; row < height; row++) {
    const crossing = row >= thickness && row < height - thickness; // such a row touches the frame at its two ends only
    for (let column = 0; column < width; column++) {
      if (crossing && column === thickness) column = Math.max(column, width - thickness);
      pixels[at++] = row * width + column;
    }
  }
  return pixels;
}

/** The values of a picture's frame. */
export function frameOf(picture: GreyPicture): Float32Array {
  const pixels = framePixels(picture);
  const values = new Float32Array(pixels.length);
  for (let at = 0; at < pixels.length; at++) values[at] = picture.values[pixels[at]];
  return values;
}

/** The value that as many lie above as below. */
export function median(values: Float32Array): number {
  return quantile(values, 0.5);
}

/** The value that this part of all lies below. */
export function quantile(values: Float32Array, part: number): number {
  return values.toSorted()[Math.floor(part * values.length)];
}
