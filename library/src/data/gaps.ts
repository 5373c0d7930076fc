/**
 * Missing cells. A network cannot be told that nothing is known of a number, so each row must be complete: either the
 * table is refused, with a count of what is missing where, or the rows that have a gap are left out.
 *
 * An empty cell is missing. So is a word or sign that says as much (NA, null, ?, -) in a column whose other cells are
 * numbers; in a column of words it may be an answer like any other.
 */
import { formatValue, oneOf, shortened } from "#base";
import type { FormatError } from "#base";
import { isEmpty, isMark, isNumber } from "./cells.ts";
import { optionList, refuse, strayCell } from "./column-faults.ts";
import type { Use } from "./column-faults.ts";
import type { Column, NumberColumn, Table, TextColumn } from "./csv.ts";

/** What becomes of rows with a missing cell. */
export type Missing = "refuse" | "drop";

export const missingField = oneOf<Missing>(["refuse", "drop"], "refuse");

/** A column's missing cells, by row. */
interface Gap {
  name: string;
  rows: readonly number[];
}

const MOST_NAMED = 4;

/** A column of text as numbers, where all that stands in it are numbers and marks of missing values; else as it is. */
export function withoutMarks(column: Column): Column {
  if (column.kind === "number" || !column.values.every((cell) => isEmpty(cell) || isMark(cell) || isNumber(cell)))
    return column;
  return numbersFrom(column);
}

/** A column as numbers. @throws {FormatError} when there is something else in it */
export function asNumbers(column: Column, use: Use): NumberColumn {
  if (column.kind === "number") return column;
  const stray = column.values.findIndex((cell) => !isEmpty(cell) && !isMark(cell) && !isNumber(cell));
  if (stray !== -1) throw strayCell(column, stray, use);
  return numbersFrom(column);
}

function numbersFrom({ name, values }: TextColumn): NumberColumn {
  return {
    kind: "number",
    name,
    values: Float64Array.from(values, (cell) => (isNumber(cell) ? Number(cell) : Number.NaN)),
  };
}

/**
 * The complete rows of these columns as a table of their own, which of the old rows they are, and a note when some were
 * left out.
 *
 * @throws {FormatError} when cells are missing and rows may not be left out, or none would be left
 */
export function completeRows(
  columns: readonly Column[],
  missing: Missing,
  use: Use & { target: string | null },
): { table: Table; rows: number[]; notes: string[] } {
  const { table } = use;
  const gaps = columns.map((column): Gap => ({ name: column.name, rows: gapsIn(column) }));
  const broken = new Set(gaps.flatMap(({ rows }) => rows));
  const everyRow = Array.from({ length: table.rows }, (_, row) => row);
  if (broken.size === 0) return { table: { ...table, columns }, rows: everyRow, notes: [] };
  if (missing === "refuse" || broken.size === table.rows) throw incomplete(gaps, broken, use);
  const rows = everyRow.filter((row) => !broken.has(row));
  const left = {
    ...table,
    columns: columns.map((column) => pick(column, rows)),
    rows: rows.length,
    lines: Uint32Array.from(rows, (row) => table.lines[row]),
  };
  const what = broken.size === 1 ? "1 row is" : `${broken.size} rows are`;
  const note = `${what} left out of ${table.rows}, for a cell is missing: ${countsOf(gaps)}`;
  return { table: left, rows, notes: [note] };
}

function gapsIn(column: Column): number[] {
  const rows: number[] = [];
  // rows one by one: a million of them are too many to spread
  for (let row = 0; row < column.values.length; row++) {
    const cell = column.values[row];
    if (typeof cell === "number" ? Number.isNaN(cell) : isEmpty(cell)) rows.push(row);
  }
  return rows;
}

function pick(column: Column, rows: readonly number[]): Column {
  return column.kind === "number"
    ? { ...column, values: Float64Array.from(rows, (row) => column.values[row]) }
    : { ...column, values: rows.map((row) => column.values[row]) };
}

function incomplete(
  all: readonly Gap[],
  broken: ReadonlySet<number>,
  use: Use & { target: string | null },
): FormatError {
  const { table, role, target } = use;
  const gaps = all.filter(({ rows }) => rows.length > 0);
  const count = gaps.reduce((sum, { rows }) => sum + rows.length, 0);
  const first = gaps.reduce((best, gap) => (gap.rows[0] < best.rows[0] ? gap : best));
  const marks = new Set(gaps.flatMap((gap) => marksIn(gap, table)));
  const names = gaps.map(({ name }) => name);
  const none = broken.size === table.rows;
  const drop = `leave the ${broken.size === 1 ? "row" : `${broken.size} rows`} out: missing: "drop"`;
  const omit = `${names.length === 1 ? "the column" : "the columns"}: omit: ${optionList(names)}`;
  const ways = [
    `fill ${count === 1 ? "it" : "them"} in`,
    ...(none ? [] : [drop]),
    ...(role === "known" || names.includes(target ?? "") ? [] : [none ? `leave out ${omit}` : omit]),
  ];
  const ofNumbers = gaps.length === 1 && table.columns.some(({ name, kind }) => name === names[0] && kind === "number");
  return refuse(use, {
    problem:
      count === 1
        ? "a cell is missing"
        : `${count} cells are missing in ${gaps.length === 1 ? "one column" : `${gaps.length} columns`}: ${countsOf(gaps)}` +
          `${none ? "; no row is complete" : ""}; the first`,
    line: table.lines[first.rows[0]],
    column: first.name,
    got:
      marks.size === 0 ? undefined : `${[...marks].map((mark) => formatValue(mark)).join(", ")} in place of a number`,
    want: gaps.length > 1 ? "a value in every cell" : ofNumbers || marks.size > 0 ? "a number" : "a value",
    fix: ways.join("; or "),
  });
}

/** The signs that stand for nothing in a column's missing cells. */
function marksIn({ name, rows }: Gap, { columns }: Table): string[] {
  const column = columns.find((each) => each.name === name);
  if (column?.kind !== "text") return [];
  return [...new Set(rows.map((row) => column.values[row].trim()))].filter((cell) => cell !== "");
}

/** "age 12, height 9, …", the worst first. */
function countsOf(all: readonly Gap[]): string {
  const gaps = all.filter(({ rows }) => rows.length > 0).toSorted((a, b) => b.rows.length - a.rows.length);
  const named = gaps.slice(0, MOST_NAMED).map(({ name, rows }) => `${shortened(name, 30)} ${rows.length}`);
  return [...named, ...(gaps.length > MOST_NAMED ? ["…"] : [])].join(", ");
}
