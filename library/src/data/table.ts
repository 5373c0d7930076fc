/**
 * Tables as numbers. A network wants numbers of about the same size; a table has columns of all kinds:
 *
 *   number     one input: `(x − mean) / deviation`, so that square metres and rooms weigh alike
 *   category   an input for each of its values: 1 for the one that stands there, 0 for the others ("one-hot")
 *
 * Mean, deviation and values are the *encoding*. It is taken from the training rows alone, for whatever the network is
 * told about the others would flatter its test; and it is kept with the model, so that other files become numbers in the
 * same way.
 *
 * Cells that say the same are the same category: 7, 7.0 and 007 are one, however they were written.
 */
import { checkSettings, FormatError, formatValue, nearest, oneOf, optional, SettingError, whole } from "#base";
import type { ColumnEncoding, Field, TableEncoding } from "#base";
import { classesOf, inOrder, labelsOf } from "./classes.ts";
import { listed, numberIn } from "./csv.ts";
import type { Column, Table, TextColumn } from "./csv.ts";
import { createDataset } from "./dataset.ts";
import type { Dataset, Splits } from "./dataset.ts";
import { checkCounts, drawParts } from "./split.ts";

/** Where a table came from and what it is used for, as errors mention it. */
interface Use {
  op: string;
  table: Table;
  file: string | undefined;
  /** What the column in question is: an input or the target of a new encoding, or part of a known one. */
  role: "input" | "target" | "known";
}

/** A column's cells, each looked at and none missing. */
type Cells = { kind: "number"; values: Float64Array } | { kind: "category"; values: readonly string[] };

// a column of words in which hardly any comes twice is a name, a number plate or a remark: nothing can be learnt of it
const FEW_VALUES = 64;
// and with more inputs than this for one column a network has no room for the others
const MOST_VALUES = 1000;
// of the cells of a column of numbers, so many at most are slips of the pen; with more it is a column of words
const STRAY_SHARE = 0.1;
/** What people write where they have no number. */
const MISSING = new Set(["na", "n/a", "nan", "null", "none", "?", "-", ".", "#n/a"]);

const columnName: Field<string> = {
  fits: (value): value is string => typeof value === "string",
  want: "a column's name",
};
const columnNames: Field<readonly string[]> = {
  fits: (value): value is readonly string[] =>
    Array.isArray(value) && value.every((name: unknown) => typeof name === "string"),
  want: "a list of columns' names",
  fallback: [],
};

/**
 * A table as datasets to train, choose and test with, and the encoding that made them.
 *
 * What is learnt: the target column's classes when it is text or has only two different values; else its number, which
 * is standardised. Classes are numbered in order, numbers by size and ahead of words; they are those of the whole table,
 * and each gives its share to every part. The parts are always the same (see `holdOut`).
 *
 * @param options.target     the column to predict
 * @param options.validation how many rows are held out to choose by; 10 % when nobody says
 * @param options.test       how many are held out for the last word; 20 % when nobody says
 * @param options.task       "classification" or "regression", where the rule above would say otherwise
 * @param options.omit       columns to leave out
 * @param options.categories columns of numbers that are names of things and have no size, such as a postal code
 * @returns splits, encoding, and notes: what a person should know of the table, a sentence each
 * @throws {SettingError} when an option names no column, or nothing would be left to train on
 * @throws {FormatError} when a cell is missing or no number, or a column cannot be learnt from or predicted
 * @example
 * const table = readCsv("size,colour,taste\n1,red,sweet\n3,red,sour\n2,blue,sour");
 * const { encoding } = tableSplits(table, { target: "taste", validation: 0, test: 0 });
 * encoding.inputs[1]; // { name: "colour", kind: "category", values: ["blue", "red"] }
 */
export function tableSplits(
  table: Table,
  options: {
    target: string;
    validation?: number;
    test?: number;
    task?: "classification" | "regression";
    omit?: readonly string[];
    categories?: readonly string[];
  },
): { splits: Splits; encoding: TableEncoding; notes: readonly string[] } {
  const op = "tableSplits";
  const settings = checkSettings(op, options, {
    target: columnName,
    validation: whole(0, Math.round(table.rows / 10)),
    test: whole(0, Math.round(table.rows / 5)),
    task: optional(oneOf(["classification", "regression"])),
    omit: columnNames,
    categories: columnNames,
  });
  const { omit, categories } = settings;
  checkNames(table, settings);
  checkCounts(op, table.rows, settings);
  const use: Use = { op, table, file: table.file, role: "input" };

  const target = table.columns.find(({ name }) => name === settings.target) as Column;
  const learnt = targetOf(target, settings.task, use);
  const columns = table.columns.filter((column) => column !== target && !omit.includes(column.name));
  const inputs = columns.map((column) => {
    const cells = inputCells(column, categories.includes(column.name), use);
    return { column, cells };
  });
  const parts = drawParts(learnt.kind === "category" ? learnt.labels : null, table.rows, settings);

  const encoding: TableEncoding = {
    inputs: inputs.map(({ column, cells }) => encodingOf(column.name, cells, parts.training, use)),
    target:
      learnt.kind === "category"
        ? { name: target.name, kind: "category", values: learnt.classNames }
        : encodingOf(target.name, learnt, parts.training, use),
  };
  const cells = inputs.map((input) => input.cells);
  const part = (rows: readonly number[]) => datasetOf(use, encoding, { cells, target: learnt, rows });
  return {
    splits: {
      training: part(parts.training),
      validation: parts.validation.length === 0 ? null : part(parts.validation),
      test: parts.test.length === 0 ? null : part(parts.test),
    },
    encoding,
    notes: [
      ...inputs.flatMap(({ column, cells: { values } }) => noteOnInput(column.name, values, parts.training)),
      ...(learnt.kind === "category" ? notesOnClasses(learnt, parts) : []),
    ],
  };
}

/**
 * The rows of another table as a dataset, made into numbers as `encoding` says; columns that it does not name do not
 * count.
 *
 * @throws {FormatError} when a column or a cell is missing, a cell is no number, or a class is unknown
 */
export function encodeTable(table: Table, encoding: TableEncoding, options: { file?: string } = {}): Dataset {
  const use: Use = { op: "encodeTable", table, file: options.file ?? table.file, role: "known" };
  const cells = encoding.inputs.map((input) => knownCells(input, use));
  const { target } = encoding;
  const found = knownCells(target, use);
  const learnt: Target =
    target.kind === "category" && found.kind === "category"
      ? { kind: "category", classNames: target.values, labels: knownLabels(found.values, target, use) }
      : (found as Target & { kind: "number" });
  return datasetOf(use, encoding, { cells, target: learnt, rows: everyRow(table) });
}

/**
 * The rows of another table as a network's inputs, one after another; the target column need not be there.
 *
 * @throws {FormatError} when a column or a cell is missing, or a cell is no number
 */
export function encodeInputs(table: Table, encoding: TableEncoding, options: { file?: string } = {}): Float32Array {
  const use: Use = { op: "encodeInputs", table, file: options.file ?? table.file, role: "known" };
  const cells = encoding.inputs.map((input) => knownCells(input, use));
  return inputsOf(use, encoding.inputs, { cells, rows: everyRow(table) });
}

/** How many inputs the columns make together. */
export function encodedWidth(inputs: readonly ColumnEncoding[]): number {
  return inputs.reduce((width, input) => width + (input.kind === "number" ? 1 : input.values.length), 0);
}

/** What is to be learnt, of all rows. */
type Target =
  | { kind: "number"; values: Float64Array }
  | { kind: "category"; classNames: readonly string[]; labels: Uint8Array };

/** The rule of `tableSplits`. */
function targetOf(column: Column, task: "classification" | "regression" | undefined, use: Use): Target {
  const byRule = column.kind === "text" || new Set(column.values).size <= 2 ? "classification" : "regression";
  if ((task ?? byRule) === "regression") {
    if (column.kind === "text" && !column.values.some((cell) => isNumber(cell))) {
      const got = `words, such as ${formatValue(column.values[0])}`;
      const fix = 'to tell its values apart: task: "classification"';
      throw refuse(use, { problem: "the target has no numbers", column: column.name, got, want: "numbers", fix });
    }
    return { kind: "number", values: numbersOf(column, { ...use, role: "target" }) };
  }
  if (column.kind === "text" && task === undefined) refuseStrays(column, { ...use, role: "target" });
  const names = namesOf(column, { ...use, role: "target" });
  const { op, file } = use;
  return { kind: "category", ...classesOf(names, { op, file, column: column.name, samples: "rows" }) };
}

/** An input column's cells: numbers, unless it is one of words or is said to be. */
function inputCells(column: Column, isCategory: boolean, use: Use): Cells {
  if (column.kind === "number" && !isCategory) return { kind: "number", values: numbersOf(column, use) };
  if (column.kind === "text" && !isCategory) refuseStrays(column, use);
  const values = namesOf(column, use);
  const different = new Set(values).size;
  const mostly = different > FEW_VALUES && different > values.length / 2;
  if (mostly || different > MOST_VALUES) {
    throw refuse(use, {
      problem: `${different} different values in ${values.length} rows`,
      column: column.name,
      got: mostly ? "what looks like names or remarks, which say nothing of other rows" : "too many for an input each",
      want: `numbers, or a few values that come again (at most ${MOST_VALUES})`,
      fix: `leave the column out: omit: [${formatValue(column.name)}]`,
    });
  }
  return { kind: "category", values };
}

/** The cells of a column as an encoding that is already there wants them. */
function knownCells(encoding: ColumnEncoding, use: Use): Cells {
  const { columns } = use.table;
  const column = columns.find(({ name }) => name === encoding.name);
  if (column === undefined) {
    const names = columns.map(({ name }) => name);
    const near = nearest(encoding.name, names);
    throw refuse(use, {
      problem: `the column ${formatValue(encoding.name)} is missing`,
      got: listed(names),
      want: "the columns that the network was trained with",
      fix: near === null ? undefined : `is ${formatValue(near)} the one? give it that name`,
    });
  }
  if (encoding.kind === "category") return { kind: "category", values: namesOf(column, use) };
  return { kind: "number", values: numbersOf(column, use) };
}

function knownLabels(names: readonly string[], target: ColumnEncoding & { kind: "category" }, use: Use): Uint8Array {
  const placeOf = (row: number) => ({ line: use.table.lines[row] });
  return labelsOf(names, target.values, { op: use.op, file: use.file, column: target.name, samples: "rows", placeOf });
}

/** The cells as numbers. */
function numbersOf(column: Column, use: Use): Float64Array {
  if (column.kind === "text") {
    for (const [row, cell] of column.values.entries()) {
      if (numberIn(cell) === null) throw strayCell(cell, row, { column, use });
    }
  }
  const values = column.kind === "number" ? column.values : Float64Array.from(column.values, Number);
  const missing = values.findIndex((value) => Number.isNaN(value));
  if (missing !== -1) throw missingCell(missing, column, use);
  return values;
}

/** The cells as names of categories. */
function namesOf(column: Column, use: Use): string[] {
  const names = Array.from<string | number, string>(column.values, (cell) => {
    if (typeof cell === "number") return Number.isNaN(cell) ? "" : String(cell);
    const value = numberIn(cell);
    return value === null || Number.isNaN(value) ? cell.trim() : String(value);
  });
  const missing = names.indexOf("");
  if (missing !== -1) throw missingCell(missing, column, use);
  return names;
}

function isNumber(cell: string): boolean {
  const value = numberIn(cell);
  return value !== null && !Number.isNaN(value);
}

/**
 * A column of words that is rather one of numbers with slips in it: but for marks of missing values and for decimal
 * commas, nearly all are numbers, or all but one. It is refused, for as words each number would be a thing of its own.
 */
function refuseStrays(column: TextColumn, use: Use): void {
  let numbers = 0;
  let words = 0;
  let first = -1;
  for (const [row, cell] of column.values.entries()) {
    if (cell.trim() === "") continue;
    const value = numberIn(cell);
    if (value === null && first === -1) first = row;
    if (value !== null || hasDecimalComma(cell)) numbers++;
    else if (!MISSING.has(cell.trim().toLowerCase())) words++;
  }
  const most = Math.max(1, STRAY_SHARE * (numbers + words));
  if (numbers >= 2 && words <= most) throw strayCell(column.values[first], first, { column, use });
}

function hasDecimalComma(cell: string): boolean {
  return /^\s*[+-]?[\d.,]*\d,\d+\s*$/.test(cell);
}

function strayCell(cell: string, row: number, { column, use }: { column: Column; use: Use }): FormatError {
  const comma = hasDecimalComma(cell) ? "write numbers with a point, and nothing between thousands: 1234.5" : null;
  const asWords = {
    input: `; or if these are names and not numbers: categories: [${formatValue(column.name)}]`,
    target: '; or if these are classes and not numbers: task: "classification"',
    known: "",
  };
  return refuse(use, {
    problem: `${formatValue(cell)} stands in a column of numbers`,
    line: use.table.lines[row],
    column: column.name,
    want: "a number, such as 12 or -0.5 or 3e4",
    fix: comma ?? `write a number there, or delete the row${orLeaveOut(column, use)}${asWords[use.role]}`,
  });
}

function missingCell(row: number, column: Column, use: Use): FormatError {
  return refuse(use, {
    problem: "a cell is missing",
    line: use.table.lines[row],
    column: column.name,
    want: column.kind === "number" ? "a number" : "a value",
    fix: `fill it in, or delete the row${orLeaveOut(column, use)}`,
  });
}

function orLeaveOut({ name }: Column, { role }: Use): string {
  return role === "input" ? `; or leave the column out: omit: [${formatValue(name)}]` : "";
}

function refuse(use: Use, answers: Omit<ConstructorParameters<typeof FormatError>[0], "op" | "file">): FormatError {
  return new FormatError({ op: use.op, file: use.file, ...answers });
}

/** Refuses options that name no column, or the wrong one. */
function checkNames(
  table: Table,
  { target, omit, categories }: { target: string; omit: readonly string[]; categories: readonly string[] },
): void {
  const op = "tableSplits";
  const names = table.columns.map(({ name }) => name);
  const check = (setting: string, value: unknown, name: string) => {
    if (names.includes(name)) return;
    const near = nearest(name, names);
    throw new SettingError({
      op,
      problem: `there is no column ${formatValue(name)}${table.file === undefined ? "" : ` in ${table.file}`}`,
      setting,
      value,
      want: `one of ${listed(names)}`,
      fix: near === null ? undefined : `did you mean ${formatValue(near)}?`,
    });
  };
  check("target", target, target);
  for (const [setting, list] of Object.entries({ omit, categories })) {
    for (const name of list) {
      check(setting, list, name);
      if (name !== target) continue;
      const fix = setting === "omit" ? undefined : 'to tell its values apart: task: "classification"';
      const problem = `${formatValue(name)} is the target`;
      throw new SettingError({ op, problem, setting, value: list, want: "other columns", fix });
    }
  }
  if (names.every((name) => name === target || omit.includes(name))) {
    const problem = "no column is left to predict from";
    const want = `at least one besides the target ${formatValue(target)}`;
    throw new SettingError({ op, problem, setting: "omit", value: omit, want });
  }
}

/** What the training rows say of a column. */
function encodingOf(name: string, cells: Cells, rows: readonly number[], use: Use): ColumnEncoding {
  if (cells.kind === "category") {
    return { name, kind: "category", values: inOrder(new Set(rows.map((row) => cells.values[row]))) };
  }
  const { mean, deviation } = spreadOf(rows.map((row) => cells.values[row]));
  if (!Number.isFinite(mean) || !Number.isFinite(deviation)) {
    const problem = "the numbers are too large to reckon with";
    throw refuse(use, { problem, column: name, want: "at most about 1e150", fix: "use another unit" });
  }
  return { name, kind: "number", mean, deviation };
}

/** `mean = Σx / n`, `deviation = √(Σ(x − mean)² / n)`; 1 in place of no deviation at all, so that one can divide by it. */
function spreadOf(values: readonly number[]): { mean: number; deviation: number } {
  // said outright: a sum of equal numbers is rounded, and its n-th part is not always the number
  if (values.every((value) => value === values[0])) return { mean: values[0], deviation: 1 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, deviation: Math.sqrt(squares / values.length) || 1 };
}

/** The dataset that some rows make. */
function datasetOf(
  use: Use,
  encoding: TableEncoding,
  { cells, target, rows }: { cells: readonly Cells[]; target: Target; rows: readonly number[] },
): Dataset {
  const inputs = inputsOf(use, encoding.inputs, { cells, rows });
  const inputShape = [encodedWidth(encoding.inputs)];
  if (target.kind === "category") {
    const labels = Uint8Array.from(rows, (row) => target.labels[row]);
    return createDataset({ inputs, labels, inputShape, classNames: target.classNames, origin: use.file });
  }
  const { name, mean, deviation } = encoding.target as ColumnEncoding & { kind: "number" };
  return createDataset({
    inputs,
    targets: Float32Array.from(rows, (row) => (target.values[row] - mean) / deviation),
    inputShape,
    targetNames: [name],
    targetUnits: [{ mean, deviation }],
    origin: use.file,
  });
}

/** Shapes: rows of the table → [rows · width], one row after another */
function inputsOf(
  use: Use,
  encodings: readonly ColumnEncoding[],
  { cells, rows }: { cells: readonly Cells[]; rows: readonly number[] },
): Float32Array {
  const width = encodedWidth(encodings);
  const inputs = new Float32Array(rows.length * width);
  let begin = 0;
  for (const [column, encoding] of encodings.entries()) {
    const { values } = cells[column];
    if (encoding.kind === "category") {
      const places = new Map(encoding.values.map((value, place) => [value, place]));
      for (const [position, row] of rows.entries()) {
        const place = places.get(values[row] as string);
        if (place !== undefined) inputs[position * width + begin + place] = 1;
      }
      begin += encoding.values.length;
      continue;
    }
    for (const [position, row] of rows.entries()) {
      const at = position * width + begin;
      inputs[at] = ((values[row] as number) - encoding.mean) / encoding.deviation;
      if (Number.isFinite(inputs[at])) continue;
      throw refuse(use, {
        problem: `${values[row]} is too far from the numbers that the network was trained with`,
        line: use.table.lines[row],
        column: encoding.name,
        want: `numbers about ${encoding.mean}, give or take ${encoding.deviation}`,
      });
    }
    begin++;
  }
  return inputs;
}

function everyRow({ rows }: Table): number[] {
  return Array.from({ length: rows }, (_, row) => row);
}

function noteOnInput(name: string, values: ArrayLike<unknown>, rows: readonly number[]): string[] {
  if (rows.some((row) => values[row] !== values[rows[0]])) return [];
  return [`the column ${formatValue(name)} has one value in all training rows: nothing is learnt of it`];
}

/** Classes that some part lacks, so that a figure would be misread. */
function notesOnClasses(
  { classNames, labels }: { classNames: readonly string[]; labels: Uint8Array },
  parts: Readonly<Record<"training" | "validation" | "test", readonly number[]>>,
): string[] {
  return classNames.flatMap((className, label) => {
    const count = (rows: readonly number[]) => rows.filter((row) => labels[row] === label).length;
    const name = `the class ${formatValue(className)}`;
    if (count(parts.training) === 0) return [`${name} has no training row: nothing is learnt of it`];
    if (parts.test.length > 0 && count(parts.test) === 0)
      return [`${name} has no test row: the test says nothing of it`];
    return [];
  });
}
