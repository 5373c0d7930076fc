/**
 * What a picture would be without ink. Paper is nowhere lit evenly: a lamp stands on one side, a hand throws a shadow, a
 * lens darkens the corners. But ink comes in strokes, which are narrow, and shadows are wide:
 *
 *   slope    a smooth surface through the frame of the picture (slope.ts)
 *   side     whether ink is darker than paper or lighter: ink is what lies farthest from it, so the sum of cubed distances
 *            has its sign. Two opinions are added: of the distances from the slope, as far as the frame agrees with the
 *            slope, which the edge of a shadow prevents; and of those from the median of the large window around each
 *            pixel (local-medians.ts), in which there is mostly paper, unless the picture is full of ink
 *   shade    what is left above the slope, on the side of the ink, when all that is narrow is taken away (opening.ts):
 *            shadows, without strokes. The narrower the window, the closer it follows the edge of a shadow; so where the
 *            frame does not agree with the slope, the narrowest window is taken that is wider than the strokes
 *
 * All of it is done on a small version of the picture. Paper of one brightness is found to be of that brightness.
 */
import { frameOf, median } from "./frame.ts";
import { localMedians } from "./local-medians.ts";
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
}

const SMALL = 64; // pixels of the longer side; enough to tell strokes from loops
const MEDIUM = 128; // enough for the edge of a shadow
// of the longer side: wider than a broad stroke, narrower than most shadows
const WIDE = 0.36;
const NARROWER = 0.8; // than the window before
const NEIGHBOURHOODS = [0.7, 0.3, 0.12]; // of the longer side
// of the greatest distance from the slope: farther than this on the median, the frame says nothing of paper
const ASTRAY = 0.05;
const EVEN = 0.005; // nearer than this on average, the slope says all
const CORE = 0.6; // of the greatest distance: ink, and no shadow
const WHOLE = 0.97;

export function paperOf(grey: GreyPicture): Paper {
  const medium = atMost(grey, MEDIUM);
  const slope = slopeOf(medium);
  const above = { ...medium, values: beyond(medium, slope) };
  const farthest = above.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const frame = frameOf(above).map(Math.abs);
  const astray = median(frame) / Math.max(1, farthest);
  const isEven = frame.reduce((sum, value) => sum + value, 0) < EVEN * frame.length * farthest;
  const opinion = Math.max(0, 1 - astray / ASTRAY) * lean(above.values) + leanFromMedians(atMost(medium, SMALL));
  const side = opinion > 0 ? 1 : -1;

  const outwards = { ...medium, values: above.values.map((value) => side * value) };
  const shade = isEven ? opening(outwards, { reach: reachOf(outwards, WIDE) }) : shadeOf(outwards);
  // the least of much grain lies below most of it
  const middle = median(frameOf({ ...medium, values: beyond(outwards, shade) }));
  const values = slope.values.map((value, pixel) => value + side * (shade.values[pixel] + middle));
  return { paper: enlarge({ ...medium, values }, grey), darkInk: side < 0 };
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
function shadeOf(outwards: GreyPicture): GreyPicture {
  let reach = reachOf(outwards, WIDE);
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

/** On which side of the medians around it a picture has what lies far away. */
function leanFromMedians(small: GreyPicture): number {
  return lean(...NEIGHBOURHOODS.map((part) => beyond(small, localMedians(small, part))));
}

/** From −1, when all that lies far away lies below, to 1, when it lies above. */
function lean(...pictures: readonly Float32Array[]): number {
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
