/** What a model says of the rows of a table: one line a row. */
import type { Classifier, Model, ModelCard } from "inkling";
import { encodeInputs } from "inkling/data";
import type { Table, TableEncoding } from "inkling/data";
import { shortened } from "./colors.ts";
import type { Colors } from "./colors.ts";
import { percent, valueTextLike } from "./numbers.ts";
import { printable } from "./printable.ts";
import { adviceInOptions } from "./table-data.ts";

/** Of one row: a class and how sure the model is of it, or a number. */
export type RowPrediction = { source: string; line: number } & (
  | { label: string; probability: number; probabilities: number[] }
  | { value: number }
);

/** @throws {FormatError} when a column that the model knows is missing, or a cell cannot be read */
export function predictRows(
  model: Model | Classifier,
  table: Table,
  { encoding, source, missing }: { encoding: TableEncoding; source: string; missing?: "refuse" | "drop" },
): { predictions: RowPrediction[]; notes: readonly string[] } {
  const { inputs, rows, notes } = encodedRows(table, encoding, { missing });
  const { card } = model;
  const lines = rows.map((row) => table.lines[row]);
  if (card.task === "regression") {
    const values = (model as Model).predictValues(inputs); // whoever else votes knows classes only
    return { predictions: lines.map((line, row) => ({ source, line, value: values[row] })), notes };
  }
  const { predictions, probabilities } = model.predict(inputs);
  const classes = probabilities.length / rows.length;
  const all = lines.map((line, row) => {
    const own = [...probabilities.subarray(row * classes, (row + 1) * classes)];
    const best = predictions[row];
    return { source, line, label: card.classNames[best] ?? String(best), probability: own[best], probabilities: own };
  });
  return { predictions: all, notes };
}

function encodedRows(table: Table, encoding: TableEncoding, options: { missing: "refuse" | "drop" | undefined }) {
  try {
    return encodeInputs(table, encoding, options);
  } catch (error) {
    throw adviceInOptions(error);
  }
}

/** The lines of one file, under a heading that says what is predicted. */
export function renderRows(
  rows: readonly RowPrediction[],
  { source, card, encoding, table }: { source: string; card: ModelCard; encoding: TableEncoding; table: Table },
  { columns, colors }: { columns: number; colors: Colors },
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
  const sureness = rows.map((row) => ("probability" in row ? `   ${percent(row.probability, 1)} sure` : ""));
  const cells = inputCells(table, encoding, columns - 5 - margin - width - longest(0, sureness));
  const left = (row: number) => cells.map(({ texts: own }) => `   ${own[row]}`).join("");
  return [
    "",
    `  ${colors.bold(printable(source))}`,
    "",
    `  ${colors.dim(`${"line".padStart(margin)}${cells.map((cell) => `   ${cell.name}`).join("")}`)}   ${colors.bold(isNumber ? padded(name) : name)}`,
    ...rows.map(
      (_, index) =>
        `  ${colors.dim(`${numbers[index].padStart(margin)}${left(index)}`)}   ${padded(texts[index])}${colors.dim(sureness[index])}`,
    ),
    "",
  ];
}

const WIDEST_CELL = 14;

/** What stands in the file of each row, so that one knows it again: the first input columns, as many as there is room for. */
function inputCells(
  table: Table,
  encoding: TableEncoding,
  columns: number,
): { name: string; texts: readonly string[] }[] {
  const shown: { name: string; texts: readonly string[] }[] = [];
  let room = columns;
  for (const { name } of encoding.inputs) {
    const column = table.columns.find((each) => each.name === name);
    if (column === undefined) continue;
    const texts = Array.from<string | number, string>(column.values, (value) => cellText(String(value).trim()));
    const heading = cellText(name);
    const width = texts.reduce((most, { length }) => Math.max(most, length), heading.length);
    room -= width + 3;
    if (room < 0) break;
    const pad = (text: string) => (column.kind === "number" ? text.padStart(width) : text.padEnd(width));
    shown.push({ name: pad(heading), texts: texts.map(pad) });
  }
  return shown;
}

function cellText(text: string): string {
  return shortened(printable(text), WIDEST_CELL);
}
