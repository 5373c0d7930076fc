/** What is said of several measurements. */

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** So many digits that count: 0.012345 → 0.0123, 12345 → 12300. */
export function significant(value, digits = 3) {
  return Number(value.toPrecision(digits));
}
