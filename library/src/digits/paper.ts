/**
 * What a picture would be without ink. Paper is nowhere lit evenly: a lamp stands on one side, a hand throws a shadow, a
 * lens darkens the corners. But ink comes in strokes, which are narrow, and shadows are wide:
 *
 *   slope    a smooth surface through the frame of the picture (slope.ts)
 *   side     whether ink is darker than paper or lighter: ink is what lies farthest from it, so the sum of cubed distances
 *            has its sign. Two opinions are added: of the distances from the slope, as far as the frame agrees with the
 *            slope, which the edge of a shadow prevents; and of what is taken away when all that is narrow and bright, or
 *            narrow and dark, is taken away (opening.ts): strokes are narrower than the paper between them, mostly
 *   shade    what is left above the slope, on the side of the ink, without all that is narrow: shadows. The narrower
 *            the window, the closer it follows the edge of a shadow, as long as it is wider than the strokes
 *
 * All of it is done on a small version of the picture. Paper that is of one brightness all over is found at once
 * (even-paper.ts).
 */
import { evenPaper } from "./even-paper.ts";
import { frameOf, median, quantile } from "./frame.ts";
import { opening } from "./opening.ts";
import { atMost, enlarge } from "./picture.ts";
import type { GreyPicture } from "./picture.ts";
import { slopeOf } from "./slope.ts";

/** Paper and what stands out from it. */
export interface Paper {
  /** As large as the picture. */
  paper: GreyPicture;
  /** Whether ink is darker than the paper; else it is lighter. */
  darkInk: boolean;
  /** Whether all of the paper has one brightness. */
  even: boolean;
  /** Whether to read so only where no ink was found otherwise. */
  lastResort: boolean;
}

const SMALL = 64; // pixels of the longer side; enough to tell strokes from paper
const MEDIUM = 128; // enough for the edge of a shadow
// of the greatest distance from the slope: farther than this on the median, the frame says nothing of paper
const ASTRAY = 0.05;
const EVEN = 0.005; // nearer than this in most of the frame, the slope says all
const MOST = 0.75; // the rest may be ink
const SURE = 0.8; // of the trust in the frame: the side of the ink is not in doubt
// windows, of the longer side
const STROKES = [1 / 16, 1 / 8, 1 / 4]; // of all widths
const WIDE = 0.36; // wider than a broad stroke, narrower than most shadows
const NARROW = 0.12; // wider than most strokes
const NARROWER = 0.7; // than the window before
const LEAST_REACH = 3; // pixels
const CORE = 0.6; // of the greatest distance: ink, and no shadow
const WHOLE = 0.97; // of the ink

/**
 * How the picture can be read, the likeliest first. Where the frame agrees with the slope there is one reading, and
 * another for when that shows no ink. In shadows both the window and the side of the
 * ink may be mistaken, so more are given, for whoever can tell a digit from a shadow.
 */
export function* readingsOf(grey: GreyPicture): Generator<Paper> {
  const even = evenPaper(grey);
  if (even !== null) {
    const values = new Float32Array(grey.values.length).fill(even.level);
    yield { paper: { ...grey, values }, darkInk: even.darkInk, even: true, lastResort: false };
    return;
  }
  const medium = atMost(grey, MEDIUM);
  const slope = slopeOf(medium);
  const above = { ...medium, values: beyond(medium, slope) };
  const farthest = above.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const frame = frameOf(above).map(Math.abs);
  const isEven = quantile(frame, MOST) <= EVEN * farthest;
  const trust = Math.max(0, 1 - median(frame) / (ASTRAY * Math.max(1, farthest)));
  const opinion = trust * lean([above.values]) + (isEven ? 0 : lean(takenOnBothSides(atMost(medium, SMALL))));
  const likely = opinion > 0 ? 1 : -1;

  const isSure = isEven || trust > SURE;
  for (const side of [likely, -likely]) {
    const outwards = { ...medium, values: above.values.map((value) => side * value) };
    const [wide, narrow] = [WIDE, NARROW].map((part) => reachOf(medium, part));
    const readAs = (shade: GreyPicture): Paper => {
      // the least of much grain lies below most of it
      const middle = median(frameOf({ ...medium, values: beyond(outwards, shade) }));
      const values = slope.values.map((value, pixel) => value + side * (shade.values[pixel] + middle));
      const paper = enlarge({ ...medium, values }, grey);
      return { paper, darkInk: side < 0, even: false, lastResort: isSure && side !== likely };
    };
    yield readAs(isEven ? opening(outwards, { reach: wide }) : shadeOf(outwards, wide));
    if (!isSure && narrow >= LEAST_REACH) yield readAs(opening(outwards, { reach: narrow }));
  }
}

/** What a picture has more than a surface, pixel by pixel. */
function beyond(picture: GreyPicture, surface: GreyPicture): Float32Array {
  return picture.values.map((value, pixel) => value - surface.values[pixel]);
}

function reachOf({ width, height }: GreyPicture, part: number): number {
  return Math.max(1, Math.round((part * Math.max(width, height)) / 2));
}

/**
 * What is left of a picture without strokes. A wide window is sure to take them all away, but takes much of the shadows'
 * edges too. A narrower one is as good as long as what was farthest away stays away, for nearly all of it.
 */
function shadeOf(outwards: GreyPicture, wide: number): GreyPicture {
  let reach = wide;
  let shade = opening(outwards, { reach });
  const distances = beyond(outwards, shade);
  const farthest = distances.reduce((most, value) => Math.max(most, value), 0);
  const ink = Int32Array.from(distances.keys()).filter((pixel) => distances[pixel] > CORE * farthest);
  for (;;) {
    reach = Math.floor(reach * NARROWER);
    if (reach < 1) return shade;
    const closer = opening(outwards, { reach });
    const left = ink.filter((pixel) => outwards.values[pixel] - closer.values[pixel] > distances[pixel] / 2);
    if (left.length < WHOLE * ink.length) return shade;
    shade = closer;
  }
}

/** What is taken away by windows of several sizes, of what is bright and, below 0, of what is dark. */
function takenOnBothSides(small: GreyPicture): Float32Array[] {
  const upsideDown = { ...small, values: small.values.map((value) => -value) };
  return STROKES.flatMap((part) => {
    const reach = reachOf(small, part);
    const bright = beyond(small, opening(small, { reach }));
    const dark = beyond(upsideDown, opening(upsideDown, { reach }));
    return [bright, dark.map((value) => -value)];
  });
}

/** From −1, when all that lies far away lies below, to 1, when it lies above. */
function lean(pictures: readonly Float32Array[]): number {
  let [sum, size] = [0, 0];
  for (const distances of pictures) {
    for (const distance of distances) {
      const cube = distance * distance * distance;
      sum += cube;
      size += Math.abs(cube);
    }
  }
  return size === 0 ? 0 : sum / size;
}
