/** "Did you mean …?": the known word nearest to a mistyped one, by the number of slips between them. */

/** The nearest of `known`, or null when all of them are too far off to be meant. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  // a third of the letters may be wrong, and one always
  let slips = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = slipsBetween(word.toLowerCase(), candidate.toLowerCase());
    if (distance < slips) [best, slips] = [candidate, distance];
  }
  return best;
}

/**
 * Letters to insert, delete, replace or swap with a neighbour to get from one word to the other: the optimal string
 * alignment distance, filled in row by row; row i, column j is the distance of the first i and j letters.
 */
function slipsBetween(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, i) =>
    Array.from({ length: to.length + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const replaced = rows[i - 1][j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(replaced, rows[i - 1][j] + 1, rows[i][j - 1] + 1);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[from.length][to.length];
}
