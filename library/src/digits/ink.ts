/**
 * Ink from paper. Nobody says whether a picture is dark on light or light on dark, how white the paper is, or how
 * grainy; the picture itself does:
 *
 *   paper   the median along the border, where there is mostly paper
 *   noise   how far the border strays from that, again as a median, so that a stroke that runs out does not count
 *   ink     lies on the side of the paper's brightness where the far pixels are: the sum of cubed distances tells
 *   strong  distances above the value that best splits all pixels into two groups (Otsu)
 *   kept    what is above the noise and hangs together with something strong
 *
 * The last line is the one insight: the soft grey edge of a stroke is as faint as grain in the paper, but it touches
 * the stroke. So edges stay as they are, and grain goes.
 *
 * @see [Otsu79]
 * @see [Canny86] thresholding with hysteresis
 */
import type { GreyPicture } from "./picture.ts";

// 1 of 28 pixels, the border of an MNIST picture, and as much of any other
const BORDER = 1 / 28;
// of normally spread grain, one pixel in 16,000 reaches this many standard deviations, in one direction one in 32,000
const NOISE_LIMIT = 4;
// the standard deviation of normally spread values is this times the median distance from their middle
const DEVIATION_PER_MEDIAN = 1.4826;
// of 255; fainter differences are shades of paper, not ink on it
const LEAST_CONTRAST = 12;
// a piece with less ink than this part of the largest is a speck of dust
const SPECK = 0.02;

/** How far each pixel is from paper towards ink, 0–255; 0 everywhere when there is no ink. */
export function inkOf(grey: GreyPicture): GreyPicture {
  const border = borderOf(grey);
  const paper = median(border);
  const noise = DEVIATION_PER_MEDIAN * median(border.map((value) => Math.abs(value - paper)));

  let lean = 0;
  for (const value of grey.values) lean += (value - paper) * (value - paper) * (value - paper);
  const side = lean > 0 ? 1 : -1;
  const distances = grey.values.map((value) => Math.max(0, side * (value - paper)));

  const strong = split(distances);
  const faint = NOISE_LIMIT * noise;
  if (strong < Math.max(faint, LEAST_CONTRAST)) return { ...grey, values: new Float32Array(distances.length) };
  return { ...grey, values: connected({ ...grey, values: distances }, { faint, strong }) };
}

/** All values of a frame around the picture. */
function borderOf({ width, height, values }: GreyPicture): Float32Array {
  const thickness = Math.max(1, Math.floor(Math.min(width, height) * BORDER));
  const border: number[] = [];
  for (let y = 0; y < height; y++) {
    const crossing = y >= thickness && y < height - thickness; // such a row touches the frame at its two ends only
    for (let x = 0; x < width; x++) {
      if (crossing && x === thickness) x = Math.max(x, width - thickness);
      border.push(values[y * width + x]);
    }
  }
  return Float32Array.from(border);
}

function median(values: Float32Array): number {
  return values.toSorted()[Math.floor(values.length / 2)];
}

/**
 * The value that splits values of 0–255 into two groups whose means lie farthest apart, each group counting by its size:
 * the largest `n₀·n₁·(mean₁ − mean₀)²`. It lies between the groups.
 */
function split(values: Float32Array): number {
  const counts = new Float64Array(256);
  let total = 0;
  for (const value of values) {
    counts[Math.round(value)]++;
    total += Math.round(value);
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

/** The pixels above `faint` that hang together, corners included, with one above `strong`; specks left out. */
function connected({ width, height, values }: GreyPicture, limits: { faint: number; strong: number }): Float32Array {
  const seen = new Uint8Array(values.length);
  const found = new Int32Array(values.length); // pixels piece by piece
  const pieces: { begin: number; end: number; ink: number }[] = [];
  let end = 0;
  const reach = (pixel: number) => {
    seen[pixel] = 1;
    found[end++] = pixel;
  };
  for (let seed = 0; seed < values.length; seed++) {
    if (seen[seed] === 1 || values[seed] <= limits.strong) continue;
    const begin = end;
    let ink = 0;
    reach(seed);
    for (let next = begin; next < end; next++) {
      const pixel = found[next];
      ink += values[pixel];
      const x = pixel % width;
      const y = (pixel - x) / width;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const neighbour = row * width + column;
          if (seen[neighbour] === 0 && values[neighbour] > limits.faint) reach(neighbour);
        }
      }
    }
    pieces.push({ begin, end, ink });
  }
  const largest = pieces.reduce((most, { ink }) => Math.max(most, ink), 0);
  const kept = new Float32Array(values.length);
  for (const piece of pieces) {
    if (piece.ink < SPECK * largest) continue;
    for (const pixel of found.subarray(piece.begin, piece.end)) kept[pixel] = values[pixel];
  }
  return kept;
}
