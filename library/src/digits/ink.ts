/**
 * Ink from paper. Nobody says whether a picture is dark on light or light on dark, how white the paper is, how it is lit,
 * or how grainy it is; the picture itself does:
 *
 *   paper   what there would be without ink, and on which side of it ink lies (paper.ts)
 *   ink     which part of the paper's light is missing: a stroke in the shadow is as dark as one in the sun
 *   noise   how grainy the paper is (grain.ts)
 *   strong  what lies above the value that best splits all pixels into two groups (Otsu)
 *   kept    what is above the noise and hangs together with something strong (pieces.ts)
 *
 * The last line is the one insight: the soft grey edge of a stroke is as faint as grain in the paper, but it touches
 * the stroke. So edges stay as they are, and grain goes.
 *
 * @see [Otsu79]
 * @see [Canny86] thresholding with hysteresis
 */
import { paperOf } from "./paper.ts";
import { median } from "./frame.ts";
import { grainOf } from "./grain.ts";
import { keepInk } from "./pieces.ts";
import { boxOf, LONGEST } from "./placement.ts";
import type { Box, GreyPicture } from "./picture.ts";

// of normally spread grain, one pixel in 16,000 reaches this many standard deviations, in one direction one in 32,000
const NOISE_LIMIT = 4;
// of 255; fainter differences are shades of paper, not ink on it
const LEAST_CONTRAST = 12;
// of 255; in a night darker than this, differences are not made larger
const LEAST_LIGHT = 64;
// of the ink's own darkness: in a picture that is to be shrunk far, the edge of a stroke is not sought below this, where
// compression leaves traces around it
const EDGE = 0.12;
/** What was found on a picture. */
export interface FoundInk {
  /** What there would be without ink. */
  paper: GreyPicture;
  /** How far each pixel is from paper towards ink, 0–255; 0 everywhere when there is no ink. */
  ink: GreyPicture;
}

export function inkOf(grey: GreyPicture): FoundInk {
  const { paper, darkInk } = paperOf(grey);
  const distances = grey.values.map((value, pixel) => {
    const ground = paper.values[pixel];
    return darkInk
      ? (255 * (ground - value)) / Math.max(LEAST_LIGHT, ground)
      : (255 * (value - ground)) / Math.max(LEAST_LIGHT, 255 - ground);
  });
  const noise = NOISE_LIMIT * grainOf({ ...grey, values: distances });
  const outstanding = distances.map((value) => (value > noise ? Math.min(255, value) : 0));
  const strong = split(outstanding);
  if (strong < Math.max(noise, LEAST_CONTRAST)) {
    return { paper, ink: { ...grey, values: new Float32Array(distances.length) } };
  }
  const core = median(outstanding.filter((value) => value > strong));
  const darkest = outstanding.reduce((most, value) => Math.max(most, value), 0);
  const box = boxOf({ ...grey, values: outstanding.map((value) => (value > strong ? value : 0)) }) as Box;
  const scale = Math.min(1, LONGEST / Math.max(box.width, box.height));
  const faint = Math.max(noise, EDGE * (1 - scale) * core);
  const kept = keepInk({ ...grey, values: outstanding }, { faint, strong });
  // one dark grain does not make all other ink pale
  const full = scale * darkest + (1 - scale) * core;
  return { paper, ink: { ...grey, values: kept.map((value) => Math.min(255, (255 * value) / full)) } };
}

/**
 * The value that splits values of 0–255 into two groups whose means lie farthest apart, each group counting by its size:
 * the largest `n₀·n₁·(mean₁ − mean₀)²`. It lies between the groups.
 */
function split(values: Float32Array): number {
  const counts = new Float64Array(256);
  let total = 0;
  for (const value of values) {
    const level = Math.round(value);
    counts[level]++;
    total += level;
  }
  let best = 0;
  let at = 0;
  let below = 0;
  let sumBelow = 0;
  for (let level = 0; level < 255; level++) {
    below += counts[level];
    sumBelow += level * counts[level];
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const apart = (total - sumBelow) / above - sumBelow / below;
    const merit = below * above * apart * apart;
    if (merit > best) {
      best = merit;
      at = (sumBelow / below + (total - sumBelow) / above) / 2;
    }
  }
  return at;
}
