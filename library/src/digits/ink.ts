/**
 * Ink from paper. Nobody says whether a picture is dark on light or light on dark, how white the paper is, how it is lit,
 * or how grainy it is; the picture itself does:
 *
 *   paper   what there would be without ink, and on which side of it ink lies (paper.ts)
 *   ink     which part of the paper's light is missing: a stroke in the shadow is as dark as one in the sun
 *   noise   how grainy the paper is (grain.ts); paper of one brightness is not
 *   strong  what lies above the value that best splits all pixels into two groups (Otsu)
 *   kept    what is above the noise and hangs together with something strong (pieces.ts)
 *
 * The last line is the one insight: the soft grey edge of a stroke is as faint as grain in the paper, but it touches
 * the stroke. So edges stay as they are, and grain goes.
 *
 * @see [Otsu79]
 * @see [Canny86] thresholding with hysteresis
 */
import { readingsOf } from "./paper.ts";
import type { Paper } from "./paper.ts";
import { grainOf } from "./grain.ts";
import { keepInk } from "./pieces.ts";
import { boxOf, LONGEST } from "./placement.ts";
import type { GreyPicture } from "./picture.ts";

// of normally spread grain, one pixel in 16,000 reaches this many standard deviations, in one direction one in 32,000
const NOISE_LIMIT = 4;
const LEVELS = 256;
const CLEAR = 1.5; // times the limit of noise: the ink's own darkness, if it is any
// of 255; fainter differences are shades of paper, not ink on it
const LEAST_CONTRAST = 12;
// of 255; in a night darker than this, differences are not made larger
const LEAST_LIGHT = 64;
// of the ink's own darkness: in a picture that is to be shrunk far, the edge of a stroke is not sought below this, where
// compression leaves traces around it
const EDGE = 0.12;
// of the distance between ink and paper in another reading
const AS_SHARP = 0.7;

/** What was found on a picture. */
export interface FoundInk {
  /** What there would be without ink. */
  paper: GreyPicture;
  /** How far each pixel is from paper towards ink, 0–255; 0 everywhere when there is no ink. */
  ink: GreyPicture;
}

/**
 * Paper and ink by the first reading in which the digit stays away from the picture's edge; a later one has to be about
 * as sharply set off from the paper. Without such a reading, by the first that comes closest.
 */
export function inkOf(grey: GreyPicture): FoundInk {
  let best: (FoundInk & { freedom: number; core: number }) | null = null;
  for (const reading of readingsOf(grey)) {
    if (reading.lastResort && best !== null && best.core > 0) break;
    const found = inkOn(grey, reading);
    if (best === null || (found.freedom > best.freedom && found.core > AS_SHARP * best.core)) best = found;
    if (best.freedom === 2) break;
  }
  const { paper, ink } = best as FoundInk;
  return { paper, ink };
}

function inkOn(grey: GreyPicture, reading: Paper): FoundInk & { freedom: number; core: number } {
  const { paper, even } = reading;
  const ink = { ...grey, values: contrasts(grey, reading) };
  const noise = even ? 0 : NOISE_LIMIT * grainOf(ink);
  const counts = new Float64Array(LEVELS);
  let darkest = 0;
  for (let pixel = 0; pixel < ink.values.length; pixel++) {
    const value = ink.values[pixel] > noise ? Math.min(255, ink.values[pixel]) : 0;
    ink.values[pixel] = value;
    counts[Math.round(value)]++;
    darkest = Math.max(darkest, value);
  }
  const strong = Math.max(noise, split(counts));
  const core = medianAbove(counts, strong);
  const box = boxOf(ink, strong);
  if (box === null || core < CLEAR * noise || strong < LEAST_CONTRAST) {
    return { paper, ink: { ...grey, values: new Float32Array(ink.values.length) }, freedom: 0, core: 0 };
  }
  const scale = Math.min(1, LONGEST / Math.max(box.width, box.height));
  const faint = Math.max(noise, EDGE * (1 - scale) * core);
  const { values, freedom } = keepInk(ink, { faint, strong, even });
  // one dark grain does not make all other ink pale
  const full = scale * darkest + (1 - scale) * core;
  for (let pixel = 0; pixel < values.length; pixel++) values[pixel] = Math.min(255, (255 * values[pixel]) / full);
  return { paper, ink: { ...grey, values }, freedom, core };
}

/**
 * How far each pixel is from paper towards ink, of 255. Dark ink takes a part of the light that falls on it, in a shadow
 * as in the sun; light ink adds to the darkness.
 */
function contrasts({ values }: GreyPicture, { paper, darkInk }: Paper): Float32Array {
  const distances = new Float32Array(values.length);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const ground = paper.values[pixel];
    distances[pixel] = darkInk
      ? (255 * (ground - values[pixel])) / Math.max(LEAST_LIGHT, ground)
      : values[pixel] - ground;
  }
  return distances;
}

/**
 * The level that splits pixels into two groups whose mean levels lie farthest apart, each group counting by its size:
 * the largest `n₀·n₁·(mean₁ − mean₀)²`. It lies between the groups.
 *
 * @param counts how many pixels there are of each level
 */
function split(counts: Float64Array): number {
  const pixels = counts.reduce((sum, count) => sum + count, 0);
  const total = counts.reduce((sum, count, level) => sum + level * count, 0);
  let best = 0;
  let at = 0;
  let below = 0;
  let sumBelow = 0;
  for (let level = 0; level < LEVELS - 1; level++) {
    below += counts[level];
    sumBelow += level * counts[level];
    const above = pixels - below;
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

/** The median of all levels above a limit; 0 when there are none. */
function medianAbove(counts: Float64Array, limit: number): number {
  const first = Math.floor(limit) + 1;
  const half = counts.subarray(first).reduce((sum, count) => sum + count, 0) / 2;
  let level = first;
  for (let below = 0; level < LEVELS; level++) {
    below += counts[level];
    if (below > half) return level;
  }
  return 0;
}
