/** Tables of docs/ablations.md, as Markdown with even columns. */

/** With the minus of print. */
export const fixed = (value, digits) => value.toFixed(digits).replace("-", "−");

/** "97.31 ± 0.12". */
export function spread({ mean, deviation }, digits) {
  return `${fixed(mean, digits)} ± ${fixed(deviation, digits)}`;
}

/** "+0.42 ± 0.08"; with an ≈ ahead where two standard errors reach 0. */
export function change({ value, error, clear }) {
  return `${clear ? "" : "≈ "}${value < 0 ? "" : "+"}${fixed(value, 2)} ± ${fixed(error, 2)}`;
}

/**
 * @param {string[]} header
 * @param {string[][]} rows  the first column is text, the others are numbers
 */
export function table(header, rows) {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(4, ...all.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(header), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}
