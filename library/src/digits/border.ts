/**
 * A border of one colour around a picture: the frame of a canvas on a screen shot, the table around a sheet of paper. It is
 * found by looking at rings of pixels, from the edge inwards: a border's rings are all of one brightness, and the first one
 * inside it is nearly all of another. (A broad round stroke is no border: its rings are mixed.)
 */
import { median } from "./frame.ts";
import type { Box, GreyPicture } from "./picture.ts";

// of the shorter side; what is wider is no border
const WIDEST = 0.15;
// of 255: one brightness, and another
const ALIKE = 12;
const OTHER = 48;
// of the rings of a border, and of the first one inside it, so many pixels are alike
const BORDER = 0.97;
const INSIDE = 0.8;
const MIXED = 2; // rings in between

/** The part of a picture inside its border; all of it when it has none. */
export function insideBorder(grey: GreyPicture): Box {
  const { width, height } = grey;
  const whole = { left: 0, top: 0, width, height };
  const border = median(ringOf(grey, 0));
  let depth = 0;
  while (partLike(border, ringOf(grey, depth)) >= BORDER) {
    depth++;
    if (depth + MIXED > WIDEST * Math.min(width, height)) return whole;
  }
  const cut = depth + MIXED;
  if (depth === 0 || 2 * cut >= Math.min(width, height)) return whole;
  const inside = ringOf(grey, cut);
  const paper = median(inside);
  if (Math.abs(paper - border) <= OTHER || partLike(paper, inside) < INSIDE) return whole;
  return { left: cut, top: cut, width: width - 2 * cut, height: height - 2 * cut };
}

/** Which part of some values is near to one. */
function partLike(one: number, values: Float32Array): number {
  let alike = 0;
  for (const value of values) if (Math.abs(value - one) <= ALIKE) alike++;
  return alike / values.length;
}

/** The pixels so many steps inside the edge. */
function ringOf({ width, height, values }: GreyPicture, depth: number): Float32Array {
  const [right, bottom] = [width - 1 - depth, height - 1 - depth];
  const ring = new Float32Array(2 * (right - depth + 1) + 2 * (bottom - depth + 1));
  let at = 0;
  for (let x = depth; x <= right; x++) {
    ring[at++] = values[depth * width + x];
    ring[at++] = values[bottom * width + x];
  }
  for (let y = depth; y <= bottom; y++) {
    ring[at++] = values[y * width + depth];
    ring[at++] = values[y * width + right];
  }
  return ring;
}
