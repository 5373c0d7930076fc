/** How much of some data is not 0: of a digit's pixels about a fifth is lit, and a first layer may leave the rest out. */

/** Samples that are counted, spread evenly over all. */
const MOST_COUNTED = 64;
/** Lists of what is not 0 pay up to this part: each entry costs more than a number of a dense product does. */
const SPARSE_BELOW = 0.35;

/**
 * Whether a first dense layer should look only at what is not 0: less than 35 % of evenly spread samples. It depends on
 * nothing but the data.
 *
 * @param values samples of `size` numbers each, one after another
 */
export function isMostlyZero(values: ArrayLike<number>, size: number): boolean {
  const length = values.length / size;
  const counted = Math.min(MOST_COUNTED, length);
  let lit = 0;
  for (let index = 0; index < counted; index++) {
    const begin = Math.floor((index * length) / counted) * size;
    for (let at = begin; at < begin + size; at++) if (values[at] !== 0) lit++;
  }
  return lit < SPARSE_BELOW * counted * size;
}
