/** What a model says of the rows of a table: one line a row. */
import type { Model, ModelCard } from "inkling";
import { encodeInputs } from "inkling/data";
import type { Table, TableEncoding } from "inkling/data";
import type { Colors } from "./colors.ts";
import { percent, valueTextLike } from "./numbers.ts";
import { printable } from "./printable.ts";

/** Of one row: a class and how sure the model is of it, or a number. */
export type RowPrediction = { source: string; line: number } & (
  | { label: string; probability: number; probabilities: number[] }
  | { value: number }
);

/** @throws {FormatError} when a column that the model knows is missing, or a cell cannot be read */
export function predictRows(
  model: Model,
  table: Table,
  { encoding, source }: { encoding: TableEncoding; source: string },
): RowPrediction[] {
  const inputs = encodeInputs(table, encoding);
  const { card } = model;
  const lines = [...table.lines];
  if (card.task === "regression") {
    const values = model.predictValues(inputs);
    return lines.map((line, row) => ({ source, line, value: values[row] }));
  }
  const { predictions, probabilities } = model.predict(inputs);
  const classes = probabilities.length / table.rows;
  return lines.map((line, row) => {
    const own = [...probabilities.subarray(row * classes, (row + 1) * classes)];
    const best = predictions[row];
    return { source, line, label: card.classNames[best] ?? String(best), probability: own[best], probabilities: own };
  });
}

/** The lines of one file, under a heading that says what is predicted. */
export function renderRows(
  rows: readonly RowPrediction[],
  { source, card, encoding }: { source: string; card: ModelCard; encoding: TableEncoding },
  colors: Colors,
): string[] {
  const name = printable(encoding.target.name);
  const valueIn = valueTextLike(rows.map((row) => ("value" in row ? row.value : 0)));
  const texts = rows.map((row) => ("value" in row ? valueIn(row.value) : printable(row.label)));
  const numbers = rows.map(({ line }) => String(line));
  // not by Math.max(...): a file may have more rows than a function takes arguments
  const longest = (least: number, cells: readonly string[]) =>
    cells.reduce((most, { length }) => Math.max(most, length), least);
  const width = longest(name.length, texts);
  const margin = longest("line".length, numbers);
  const isNumber = card.task === "regression";
  const padded = (text: string) => (isNumber ? text.padStart(width) : text.padEnd(width));
  return [
    "",
    `  ${colors.bold(printable(source))}`,
    "",
    `  ${colors.dim("line".padStart(margin))}   ${colors.bold(isNumber ? padded(name) : name)}`,
    ...rows.map((row, index) => {
      const sure = "probability" in row ? `   ${colors.dim(`${percent(row.probability, 1)} sure`)}` : "";
      return `  ${colors.dim(numbers[index].padStart(margin))}   ${padded(texts[index])}${sure}`;
    }),
    "",
  ];
}
