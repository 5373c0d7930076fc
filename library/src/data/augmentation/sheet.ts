/**
 * An elastic sheet: a large square of smooth random numbers, as if cloth had been crumpled and pressed flat, of which
 * windows say how far the pixels of a picture are pulled aside.
 *
 * Random numbers are blurred with a bell of deviation sigma, along the rows and then along the columns. The sheet has no
 * edge: it goes on at each side where it began at the other, so that a window may lie anywhere. Its mean is 0 and its root
 * mean square 1; whoever uses it says how strong it is.
 *
 * One sheet instead of a pool of fields: a pool of a thousand pairs of 28×28 numbers takes 6.3 MB and a thousand blurs, a
 * sheet of 256×256 a quarter of a megabyte and one; and its windows come in `(2·256²)²` pairs.
 *
 * @see [Simard03] section 2
 */
import { exp } from "#base";
import type { Rng } from "#base";

const REACH = 3; // how many sigmas the bell is wide, each way; beyond lies a 370th of it

/**
 * [side, side + overlap] numbers: each row goes on with its first `overlap` numbers, so that a window's rows lie in one
 * piece.
 */
export function makeSheet({
  side,
  overlap,
  sigma,
  rng,
}: {
  side: number;
  overlap: number;
  sigma: number;
  rng: Rng;
}): Float32Array {
  const bell = bellOf(sigma);
  const uneven = randomBytes(side * side, rng);
  const smooth = blurredRows(turned(blurredRows(uneven, side, bell), side), side, bell);
  const mean = smooth.reduce((sum, value) => sum + value, 0) / smooth.length;
  const square = smooth.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / smooth.length;
  const factor = 1 / Math.sqrt(square);
  const sheet = new Float32Array(side * (side + overlap));
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side + overlap; column++) {
      sheet[row * (side + overlap) + column] = factor * (smooth[row * side + (column % side)] - mean);
    }
  return sheet;
}

/** Bytes as numbers, four from each random word; a blur makes a bell of any numbers, and 256 different ones are enough. */
function randomBytes(length: number, rng: Rng): Float64Array {
  const bytes = new Float64Array(length);
  let word = 0;
  for (let at = 0; at < length; at++) {
    word = at % 4 === 0 ? rng.uint32() : word >>> 8;
    bytes[at] = word & 255;
  }
  return bytes;
}

/** `e^(−i²/2σ²)` for i from −reach to reach. */
function bellOf(sigma: number): Float64Array {
  const reach = Math.ceil(REACH * sigma);
  return Float64Array.from({ length: 2 * reach + 1 }, (_, index) => {
    const distance = (index - reach) / sigma;
    return exp((-distance * distance) / 2);
  });
}

/** Every row weighed with the bell around each of its numbers; rows have no ends. */
function blurredRows(values: Float64Array, side: number, bell: Float64Array): Float64Array {
  const reach = (bell.length - 1) / 2;
  const blurred = new Float64Array(values.length);
  const row = new Float64Array(side + 2 * reach);
  for (let first = 0; first < values.length; first += side) {
    for (let at = 0; at < row.length; at++) row[at] = values[first + ((at - reach + side) % side)];
    for (let column = 0; column < side; column++) {
      let sum = 0;
      for (let at = 0; at < bell.length; at++) sum += bell[at] * row[column + at];
      blurred[first + column] = sum;
    }
  }
  return blurred;
}

/** Rows and columns exchanged. */
function turned(values: Float64Array, side: number): Float64Array {
  const exchanged = new Float64Array(values.length);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) exchanged[row * side + column] = values[column * side + row];
  return exchanged;
}
