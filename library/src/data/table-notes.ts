/**
 * What a person should know of a table that can be learnt from all the same: columns that say nothing or give the order
 * of the file away, classes that some part lacks, values that training never saw.
 */
import { formatValue, shortened } from "#base";
import type { ColumnEncoding } from "#base";
import { optionList } from "./column-faults.ts";
import type { Column, Table } from "./csv.ts";

// ten rows in order are hardly chance, and with fewer the column may be anything
const COUNTED_ROWS = 10;
// marks, stars and classes are rarely more
const FEW_NUMBERS = 10;
const MOST_NAMED = 3;

/** A column of whole numbers that go up or down by one from row to row. */
export function notesOnCounter(column: Column): string[] {
  if (column.kind === "text" || column.values.length < COUNTED_ROWS) return [];
  const { name, values } = column;
  const step = values[1] - values[0];
  if (Math.abs(step) !== 1 || !Number.isInteger(values[0])) return [];
  if (!values.every((value, row) => value === values[0] + row * step)) return [];
  return [
    `the column ${formatValue(name)} counts the rows, and may tell nothing but their order in the file; ` +
      `to leave it out: omit: ${optionList([name])}`,
  ];
}

export function notesOnInput(name: string, values: ArrayLike<unknown>, rows: readonly number[]): string[] {
  if (rows.some((row) => values[row] !== values[rows[0]])) return [];
  return [`the column ${formatValue(name)} has one value in all training rows: nothing is learnt of it`];
}

/** A target of few whole numbers, which may as well be names of classes. */
export function notesOnNumbers(name: string, values: Float64Array): string[] {
  const different = new Set(values);
  if (different.size > FEW_NUMBERS || different.size > values.length / 2) return [];
  if (!values.every((value) => Number.isInteger(value))) return [];
  return [
    `${formatValue(name)} has ${different.size} different whole numbers and is learnt as a number; ` +
      `to tell them apart as classes: task: "classification"`,
  ];
}

/** Classes that some part lacks, so that a figure would be misread. */
export function notesOnClasses(
  { classNames, labels }: { classNames: readonly string[]; labels: Uint8Array },
  parts: Readonly<Record<"training" | "test", readonly number[]>>,
): string[] {
  const lackedBy = (rows: readonly number[]) => {
    const seen = new Set(rows.map((row) => labels[row]));
    return classNames.filter((_, label) => !seen.has(label));
  };
  const untrained = lackedBy(parts.training);
  const untested = parts.test.length === 0 ? [] : lackedBy(parts.test).filter((name) => !untrained.includes(name));
  return [
    ...noteOnLack(untrained, { part: "training", one: "nothing is learnt of it", many: "nothing is learnt of them" }),
    ...noteOnLack(untested, {
      part: "test",
      one: "the test says nothing of it",
      many: "the test says nothing of them",
    }),
  ];
}

function noteOnLack(names: readonly string[], { part, one, many }: Record<"part" | "one" | "many", string>): string[] {
  if (names.length === 0) return [];
  if (names.length === 1) return [`the class ${formatValue(names[0])} has no ${part} row: ${one}`];
  const first = names.slice(0, MOST_NAMED).map((name) => formatValue(shortened(name, 30)));
  const listed = `${first.join(", ")}${names.length > MOST_NAMED ? ", …" : ""}`;
  return [`${names.length} classes have no ${part} row, and ${many}: ${listed}`];
}

/** Values of a category that its encoding does not know. @param values one for each row of the table */
export function notesOnNewValues(encoding: ColumnEncoding, values: ArrayLike<unknown>, { lines }: Table): string[] {
  if (encoding.kind === "number") return [];
  const known = new Set<unknown>(encoding.values);
  let count = 0;
  let first = -1;
  for (let row = 0; row < values.length; row++) {
    if (known.has(values[row])) continue;
    if (count++ === 0) first = row;
  }
  if (count === 0) return [];
  const example = `${formatValue(shortened(values[first] as string, 40))} in line ${lines[first]}`;
  const what = count === 1 ? "a value that training never saw" : `${count} values that training never saw, the first`;
  return [
    `the column ${formatValue(encoding.name)} has ${what}: ${example}; the network takes it for none of those it knows`,
  ];
}
