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
  const [first] = ringOf(grey, 0);
  const isBorder = (depth: number) => Math.abs(ringOf(grey, depth)[0] - first) <= ALIKE && isAlike(grey, depth, BORDER);
  let depth = 0;
  while (isBorder(depth)) {
    depth++;
    if (depth + MIXED > WIDEST * Math.min(width, height)) return whole;
  }
  const cut = depth + MIXED;
  if (depth === 0 || Math.abs(ringOf(grey, cut)[0] - first) <= OTHER || !isAlike(grey, cut, INSIDE)) return whole;
  return { left: cut, top: cut, width: width - 2 * cut, height: height - 2 * cut };
}

/** Whether so many values of a ring lie near its median. */
function isAlike(grey: GreyPicture, depth: number, part: number): boolean {
  const [middle, values] = ringOf(grey, depth);
  return values.filter((value) => Math.abs(value - middle) <= ALIKE).length >= part * values.length;
}

/** The pixels so many steps inside the edge, and their median. */
function ringOf({ width, height, values }: GreyPicture, depth: number): [median: number, values: number[]] {
  const [right, bottom] = [width - 1 - depth, height - 1 - depth];
  const ring: number[] = [];
  for (let x = depth; x <= right; x++) ring.push(values[depth * width + x], values[bottom * width + x]);
  for (let y = depth; y <= bottom; y++) ring.push(values[y * width + depth], values[y * width + right]);
  return [median(Float32Array.from(ring)), ring];
}
