/**
 * Strokes as wide as MNIST's. A felt pen or a hair line gives digits that no training digit looks like once they are 20
 * pixels high. How wide strokes are is told by how far ink lies from paper: across a stroke of width w, that distance
 * rises from 0 at its edges to w / 2 in its middle, so
 *
 *   `w = 4 · mean distance of ink from paper`
 *
 * Only strokes that are wider or thinner than nearly all of MNIST's are changed, and only as far as to the widest or the
 * thinnest of those. The edge of the ink is moved in or out, everywhere by the same distance d; since the digit's longest
 * side l then changes too, d follows from
 *
 *   `(w − 2d) / (l − 2d) = wanted width / 20`
 *
 * It is done in the picture's own size, in which the loops of a digit are still open. What moving inwards would wear away
 * keeps a thread along its middle.
 *
 * @see [Felzenszwalb12] distances
 */
import { distances } from "./distance.ts";
import { greatest } from "./opening.ts";
import { atMost, crop, enlarge } from "./picture.ts";
import type { Box, GreyPicture } from "./picture.ts";
import { boxOf, LONGEST } from "./placement.ts";

// pixels of the longer side while edges are moved: enough for half a pixel of the result to be two
const LEAST_SIDE = 80;
const LARGEST_SIDE = 100;
// in pixels of a digit whose longer side is 20, as are the next: 98 of 100 MNIST digits lie between (mean 2.63, deviation
// 0.73; the first 10,000 training images)
const THINNEST = 1.45;
const WIDEST = 6;
const THREAD = 1;
// of the darkest ink nearby: the edge of a stroke, pale ones included
const HALF = 0.5;
const NEARBY = 0.1; // of the longer side

interface Mask {
  width: number;
  height: number;
  /** 1 where there is ink, one number per pixel. */
  marked: Uint8Array;
}

/** Mean width of the strokes of a digit that fills its picture, in pixels of one whose longer side is 20. */
export function strokeWidth(digit: GreyPicture): number {
  const sized = inWorkingSize(digit);
  const mask = maskOf(sized);
  return (meanWidth(mask, depthsIn(mask)) * LONGEST) / Math.max(sized.width, sized.height);
}

/**
 * The digit with strokes as thin or as wide as MNIST's, in some larger size; null when they are so already.
 *
 * @param digit fills its picture
 */
export function inMnistsWidth(digit: GreyPicture): GreyPicture | null {
  const sized = inWorkingSize(digit);
  const longest = Math.max(sized.width, sized.height);
  const mask = maskOf(sized);
  const inside = depthsIn(mask);
  const width = meanWidth(mask, inside);
  const wanted = Math.min(WIDEST, Math.max(THINNEST, (width * LONGEST) / longest)) / LONGEST;
  const inwards = (width - wanted * longest) / (2 * (1 - wanted));
  if (Math.abs(inwards) < 1e-9) return null;

  const depths = inwards > 0 ? inside : withDepthsOutside(inside, mask);
  const values = Float32Array.from(depths, (depth) => 255 * coverage(depth - inwards));
  if (inwards > 0) {
    const half = (THREAD / 2) * (longest / LONGEST);
    const away = distances(ridgeOf(mask, depths, inwards + half), mask);
    for (let pixel = 0; pixel < values.length; pixel++) {
      if (mask.marked[pixel] === 1) values[pixel] = Math.max(values[pixel], 255 * coverage(half - away[pixel]));
    }
  }
  const moved = { width: mask.width, height: mask.height, values };
  return crop(moved, boxOf(moved) as Box);
}

/** How much of a pixel is inked whose centre lies so deep in the ink. */
function coverage(depth: number): number {
  return Math.min(1, Math.max(0, depth + 0.5));
}

function inWorkingSize(digit: GreyPicture): GreyPicture {
  const times = Math.ceil(LEAST_SIDE / Math.max(digit.width, digit.height));
  if (times === 1) return atMost(digit, LARGEST_SIDE);
  return enlarge(digit, { width: times * digit.width, height: times * digit.height });
}

/** Where there is ink, with paper around it, in which the thinnest strokes have room to grow. */
function maskOf(digit: GreyPicture): Mask {
  const margin = 1 + Math.ceil((THINNEST / LONGEST) * Math.max(digit.width, digit.height));
  const nearby = greatest(digit.values, digit, Math.ceil(NEARBY * Math.max(digit.width, digit.height)));
  const [width, height] = [digit.width + 2 * margin, digit.height + 2 * margin];
  const marked = new Uint8Array(width * height);
  digit.values.forEach((value, pixel) => {
    const [x, y] = [pixel % digit.width, Math.floor(pixel / digit.width)];
    if (value > HALF * nearby[pixel]) marked[(y + margin) * width + x + margin] = 1;
  });
  return { width, height, marked };
}

/** How deep each pixel's centre lies within the ink, in pixels; outside −1/2 everywhere. */
function depthsIn(mask: Mask): Float64Array {
  const paper = mask.marked.map((mark) => 1 - mark);
  // the edge lies half-way between the centres of two pixels
  return distances(paper, mask).map((distance) => distance - 0.5);
}

/** The same, and outside of the ink how far away it is, below 0. */
function withDepthsOutside(inside: Float64Array, mask: Mask): Float64Array {
  const away = distances(mask.marked, mask);
  return inside.map((depth, pixel) => (depth > 0 ? depth : 0.5 - away[pixel]));
}

function meanWidth({ marked }: Mask, depths: Float64Array): number {
  let [sum, count] = [0, 0];
  marked.forEach((mark, pixel) => {
    sum += mark * depths[pixel];
    count += mark;
  });
  return (4 * sum) / count;
}

/**
 * The middle of strokes that are nowhere deeper than `most`: there, depth rises from neither side, so its slope, which is 1
 * elsewhere, is small.
 */
function ridgeOf({ width, height, marked }: Mask, depths: Float64Array, most: number): Uint8Array {
  const ridge = new Uint8Array(marked.length);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const pixel = y * width + x;
      if (marked[pixel] === 0 || depths[pixel] > most) continue;
      const across = (depths[pixel + 1] - depths[pixel - 1]) / 2;
      const down = (depths[pixel + width] - depths[pixel - width]) / 2;
      if (across * across + down * down < 0.5) ridge[pixel] = 1;
    }
  }
  return ridge;
}
