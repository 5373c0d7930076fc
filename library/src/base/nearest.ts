/**
 * "Did you mean …?": the known name nearest to one that nobody knows, by the number of slips between them. A slip is a
 * letter too many, too few, wrong, or swapped with its neighbour; capitals do not count.
 */

// a longer name is compared by its beginning: names may come from a hostile file
const LONGEST = 64;

/** The nearest of `known`, or null when all of them are too far off to be meant. */
export function nearest(name: string, known: Iterable<string>): string | null {
  const plain = (text: string) => text.slice(0, LONGEST).toLowerCase();
  const given = plain(name);
  let best: string | null = null;
  // a third of the letters may be wrong, and one always, but not all
  let fewest = Math.min(Math.max(1, Math.floor(given.length / 3)) + 1, given.length);
  for (const candidate of known) {
    const slips = slipsBetween(given, plain(candidate), fewest);
    if (slips < fewest) [best, fewest] = [candidate, slips];
  }
  return best;
}

/**
 * The optimal string alignment distance. `slips[j]` of row i is that between the first i letters of `from` and the first
 * j of `to`; three rows are enough, for a swap looks two back.
 *
 * @param limit from here on it does not matter how many
 */
function slipsBetween(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let earlier: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const slips = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = above[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1] ? earlier[j - 2] + 1 : Infinity;
      slips.push(Math.min(replaced, above[j] + 1, slips[j - 1] + 1, swapped));
    }
    [earlier, above] = [above, slips];
  }
  return above[to.length];
}
