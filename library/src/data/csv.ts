/**
 * CSV: a table as text. A line is a row, its cells stand apart by commas, the first line names the columns.
 *
 *   town,area,price
 *   "Wells, Somerset",84.5,310000
 *
 * A cell in quotes may hold commas, line breaks, and quotes, which are written twice. Beyond the standard we take
 * semicolons and tabs for commas, any kind of line break, and pass over empty lines, over spaces around a cell, and over
 * lines that begin with # above the names.
 *
 * What a column holds is found by looking at all of its cells: numbers, when each that is not empty is one, else text.
 * Nothing is guessed beyond that: whether an empty cell or a word among numbers is a fault depends on what the column
 * is wanted for, and is asked by those who want it.
 *
 * @see [RFC4180]
 */
import { checkSettings, FormatError, formatValue, oneOf, optional, shortened } from "#base";
import type { Field } from "#base";
import { CellReader, nameOf, OP } from "./csv-cells.ts";
import type { Source } from "./csv-cells.ts";
import { isGzip } from "./idx.ts";

const DELIMITERS = [",", ";", "\t"] as const;
const FILE: Field<string> = { fits: (value): value is string => typeof value === "string", want: "the file's name" };

// the longest text that today's engines hold has 2²⁹ − 24 characters, and a byte is at most one
const MOST_BYTES = 536870888;

/** A column whose cells are all numbers; an empty cell is NaN. */
export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  readonly values: Float64Array;
}

/** Any other column; an empty cell is "". */
export interface TextColumn {
  readonly kind: "text";
  readonly name: string;
  readonly values: readonly string[];
}

export type Column = NumberColumn | TextColumn;

/** Rows of cells under the names of their columns. */
export interface Table {
  /** What errors call it. */
  readonly file?: string;
  readonly columns: readonly Column[];
  /** How many rows. */
  readonly rows: number;
  /** The line of the file that each row begins on, counted from 1. */
  readonly lines: Uint32Array;
}

/**
 * The table in a CSV text.
 *
 * @param source            the text, or the bytes of a file in UTF-8
 * @param options.file      what errors call it
 * @param options.delimiter what stands between cells; without it, the one of , ; tab that the first lines speak for
 * @throws {FormatError} when a row has too few or too many cells, a quote is not closed, names are missing or double
 * @example
 * readCsv("size,colour\n1.5,red\n2,blue").columns[1]; // { kind: "text", name: "colour", values: ["red", "blue"] }
 */
export function readCsv(
  source: string | Uint8Array,
  options: { file?: string; delimiter?: (typeof DELIMITERS)[number] } = {},
): Table {
  const { file, delimiter: stated } = checkSettings(OP, options, {
    file: optional(FILE),
    delimiter: optional(oneOf(DELIMITERS)),
  });
  const whole = typeof source === "string" ? source.replace(/^\ufeff/, "") : decode(source, file);
  const text = withoutRemarks(whole, stated);
  if (/^\s*<[!?a-z]/i.test(text.slice(0, 100))) {
    const got = `${formatValue(text.trimStart().slice(0, 20))} at the start`;
    throw new FormatError({ op: OP, problem: "this is a web page", file, got, want: "a CSV text" });
  }
  const delimiter = stated ?? likelyDelimiter(text);
  const reader = new CellReader({ text, delimiter, file });
  const names = readNames(reader);

  // a column is one of numbers until a cell says otherwise; its text is fetched later, when the row count is known
  const numbers: (number[] | null)[] = names.map(() => []);
  const lines: number[] = [];
  while (reader.nextRow()) {
    const { line } = reader;
    lines.push(line);
    let count = 0;
    do {
      const cell = reader.nextCell();
      const value = numbers[count] ? numberIn(cell) : null;
      if (value === null) numbers[count] = null;
      else numbers[count]?.push(value);
      count++;
    } while (reader.inRow && count < names.length);
    if (reader.inRow || count < names.length) throw ragged(reader, { line, count, names });
  }
  if (lines.length === 0) {
    const want = "a line for each sample below the line of names";
    throw new FormatError({ op: OP, problem: "there are no rows", file, got: `only the names ${listed(names)}`, want });
  }

  const texts = numbers.some((values) => values === null) ? readTexts({ text, delimiter, file }, numbers) : [];
  const columns = names.map((name, column): Column => {
    const values = numbers[column];
    if (values) return { kind: "number", name, values: Float64Array.from(values) };
    return { kind: "text", name, values: texts[column] };
  });
  return { ...(file === undefined ? {} : { file }), columns, rows: lines.length, lines: Uint32Array.from(lines) };
}

/** The cells of those columns that hold no numbers, in a second walk over the text. */
function readTexts(source: Source, numbers: readonly (number[] | null)[]): string[][] {
  const texts: string[][] = numbers.map(() => []);
  const reader = new CellReader(source);
  for (let row = 0; reader.nextRow(); row++) {
    for (let column = 0; reader.inRow; column++) {
      const cell = reader.nextCell();
      if (row > 0 && !numbers[column]) texts[column].push(cell);
    }
  }
  return texts;
}

/**
 * The number that a cell stands for, NaN for an empty one, null for anything else: "NaN", "Infinity", "0x10", "1,5",
 * and numbers beyond what a double holds.
 */
export function numberIn(cell: string): number | null {
  const text = cell.trim();
  if (text === "") return Number.NaN;
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** A few of many names, as errors show them. */
export function listed(names: readonly string[], most = 12): string {
  const first = names.slice(0, most).map((name) => shortened(name, 30));
  return names.length > most ? `${first.join(", ")}, … (${names.length} in all)` : first.join(", ");
}

/** The first row, which must be one of names. */
function readNames(reader: CellReader): string[] {
  const want = "a first line with the columns' names";
  if (!reader.nextRow())
    throw reader.refuse({ problem: "the file is empty", want: `${want}, then a line for each sample` });
  const { line } = reader;
  const names: string[] = [];
  while (reader.inRow) names.push(reader.nextCell().trim());

  // 1990, 1991, … may be names beside others; all of them numbers, or one with a fraction, is a row of a table
  const numbers = names.filter((name) => name !== "" && numberIn(name) !== null);
  if (numbers.length === names.length || numbers.some((name) => !/^\d+$/.test(name))) {
    throw reader.refuse({
      problem: "the first line holds numbers, no names",
      line,
      got: listed(names),
      want,
      fix: "add a header line above it: a name for each column",
    });
  }
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    if (name === "")
      throw reader.refuse({ problem: "a column has no name", line, column: index + 1, got: listed(names), want });
    const first = seen.get(name);
    if (first !== undefined) {
      throw reader.refuse({
        problem: `two columns are called ${formatValue(name)}`,
        line,
        got: `columns ${first} and ${index + 1}`,
        want: "a name of its own for each column",
      });
    }
    seen.set(name, index + 1);
  }
  reader.names = names;
  return names;
}

function ragged(reader: CellReader, row: { line: number; count: number; names: readonly string[] }): FormatError {
  const { line, names } = row;
  let { count } = row;
  while (reader.inRow) {
    reader.nextCell();
    count++;
  }
  const delimiter = nameOf(reader.delimiter);
  return reader.refuse({
    problem: `a row has ${count} ${count === 1 ? "cell" : "cells"}, the table ${names.length} columns`,
    line,
    want: `${names.length} cells: ${listed(names)}`,
    fix:
      count > names.length
        ? `a cell with a ${delimiter} in it is put in quotes: "…"`
        : `a cell that is missing keeps its ${delimiter}`,
  });
}

/** The text with the lines of remarks above the names (`# measured in May`) made empty, so that lines keep their numbers. */
function withoutRemarks(text: string, stated: string | undefined): string {
  const [above] = /^(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*/.exec(text) as unknown as [string];
  if (!above.includes("#")) return text;
  const lines = above.split(/(?<=\r\n|\r(?!\n)|\n)/);
  const last = lines.findLastIndex((line) => line.includes("#"));
  const below = lines.slice(last + 1).join("") + text.slice(above.length);
  const end = areNames(lines[last], { below, delimiter: stated ?? likelyDelimiter(below) }) ? last : last + 1;
  const blanks = lines.slice(0, end).map((line) => line.replace(/^[^\r\n]*/, ""));
  return blanks.join("") + lines.slice(end).join("") + text.slice(above.length);
}

/**
 * Whether a line that begins with # holds the names all the same, for a column may be called # or #id: it has as many
 * cells as the row below it, and the numbers begin in that row. Where there are no numbers to tell, a remark is what has
 * a space after the sign.
 */
function areNames(line: string, { below, delimiter }: { below: string; delimiter: string }): boolean {
  const own = cellsOf(new CellReader({ text: line, delimiter, file: undefined }));
  const reader = new CellReader({ text: below, delimiter, file: undefined });
  const [first, second] = [cellsOf(reader), cellsOf(reader)];
  if (own.length !== first.length) return false;
  const hasNumber = (cells: readonly string[]) => cells.some((cell) => !Number.isNaN(numberIn(cell) ?? Number.NaN));
  if (own[0] === "#" || hasNumber(first)) return true;
  return !hasNumber(second) && !/^#\s/.test(own[0]);
}

/**
 * The delimiter by which the first two rows have the same number of cells, and more than one; when several do, or none,
 * the one that cuts the first row most often.
 */
function likelyDelimiter(text: string): string {
  const candidates = DELIMITERS.map((delimiter) => {
    const reader = new CellReader({ text, delimiter, file: undefined });
    const [first, second] = [cellsOf(reader).length, cellsOf(reader).length];
    return { delimiter, first, agrees: first > 1 && (first === second || second === 0) };
  });
  candidates.sort((a, b) => Number(b.agrees) - Number(a.agrees) || b.first - a.first);
  return candidates[0].delimiter;
}

/** The cells of the next row, none when there is none; where it cannot be read on, those until there. */
function cellsOf(reader: CellReader): string[] {
  const cells: string[] = [];
  try {
    if (reader.nextRow()) while (reader.inRow) cells.push(reader.nextCell());
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return cells;
}

/** UTF-8 to text; what is likely to be something else is called by its name. */
function decode(bytes: Uint8Array, file: string | undefined): string {
  const want = "a CSV text in UTF-8";
  const refuse = (problem: string, fix: string, offset?: number) =>
    new FormatError({ op: OP, problem, file, offset, want, fix });
  if (isGzip(bytes)) throw refuse("this is gzip", "unpack it first (gunzip)", 0);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4) {
    throw refuse("this is a zip file or a spreadsheet", "unpack it, or save the spreadsheet as CSV", 0);
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw refuse("this is UTF-16", "save it as UTF-8", 0);
  }
  if (bytes.length > MOST_BYTES) throw refuse(`${bytes.length} bytes are too many for one text`, "read it in parts");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // which byte it was nobody says, but a tolerant decoder leaves a mark in its place
    const text = new TextDecoder().decode(bytes);
    const line = text.slice(0, text.indexOf("\ufffd")).split(/\r\n|\r|\n/).length;
    const fix = 'save it as UTF-8; spreadsheets call it "CSV UTF-8"';
    throw new FormatError({ op: OP, problem: "these bytes are no UTF-8", file, line, want, fix });
  }
}
