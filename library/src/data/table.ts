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
import { checkSettings, formatValue, nearest, oneOf, optional, SettingError, whole, encodedWidth } from "#base";
import type { ColumnEncoding, Field, TableEncoding } from "#base";
import { isNumber, undressing } from "./cells.ts";
import { classesOf, inOrder, labelsOf } from "./classes.ts";
import { refuse, refuseCrowd, refuseUnfit, slipIn, strayCell } from "./column-faults.ts";
import type { Use } from "./column-faults.ts";
import { listed, numberIn } from "./csv.ts";
import type { Column, Table } from "./csv.ts";
import { createDataset } from "./dataset.ts";
import type { Dataset, Splits } from "./dataset.ts";
import { asNumbers, completeRows, missingField, withoutMarks } from "./gaps.ts";
import type { Missing } from "./gaps.ts";
import { checkCounts, drawParts } from "./split.ts";
import { spreadOf } from "./spread.ts";
import { notesOnClasses, notesOnCounter, notesOnInput, notesOnNewValues, notesOnNumbers } from "./table-notes.ts";

/** A column's cells, each looked at and none missing. */
type Cells = { kind: "number"; values: Float64Array } | { kind: "category"; values: readonly string[] };

type Task = "classification" | "regression";

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
 * @param options.missing    what becomes of rows with a missing cell in a column that is used: "refuse" the table, or
 *                           "drop" them; missing is an empty cell, and among numbers one that says NA, null, ? or the like
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
    task?: Task;
    omit?: readonly string[];
    categories?: readonly string[];
    missing?: Missing;
  },
): { splits: Splits; encoding: TableEncoding; notes: readonly string[] } {
  const op = "tableSplits";
  const settings = checkSettings(op, options, {
    target: columnName,
    validation: optional(whole(0)),
    test: optional(whole(0)),
    task: optional(oneOf(["classification", "regression"])),
    omit: columnNames,
    categories: columnNames,
    missing: missingField,
  });
  const { target: targetName, omit, categories, task, missing } = settings;
  checkNames(table, settings);
  const given: Use = { op, table, file: table.file, role: "input" };

  const settled = table.columns
    .filter(({ name }) => !omit.includes(name))
    .map((column) => {
      const asWords = column.name === targetName ? task === "classification" : categories.includes(column.name);
      return asWords ? column : withoutMarks(column);
    });
  const isTarget = ({ name }: Column) => name === targetName;
  refuseUnfit(
    settled.filter((column) => !isTarget(column)),
    categories,
    given,
  );
  refuseTarget(settled.find(isTarget) as Column, task, { ...given, role: "target" });
  const complete = completeRows(settled, missing, { ...given, target: targetName });
  const use: Use = { ...given, table: complete.table };

  const { rows } = complete.table;
  const { validation = Math.round(rows / 10), test = Math.round(rows / 5) } = settings;
  checkCounts(op, rows, { validation, test });
  const target = complete.table.columns.find(isTarget) as Column;
  const learnt = targetOf(target, task, { ...use, role: "target" });
  const inputs = complete.table.columns
    .filter((column) => !isTarget(column))
    .map((column) => ({ name: column.name, cells: inputCells(column, categories.includes(column.name)) }));
  const parts = drawParts(learnt.kind === "category" ? learnt.labels : null, rows, { validation, test });

  const encoding: TableEncoding = {
    inputs: inputs.map(({ name, cells }) => encodingOf(name, cells, parts.training, use)),
    target:
      learnt.kind === "category"
        ? { name: targetName, kind: "category", values: learnt.classNames }
        : encodingOf(targetName, learnt, parts.training, use),
  };
  const cells = inputs.map((input) => input.cells);
  const part = (own: readonly number[]) => datasetOf(use, encoding, { cells, target: learnt, rows: own });
  return {
    splits: {
      training: part(parts.training),
      validation: parts.validation.length === 0 ? null : part(parts.validation),
      test: parts.test.length === 0 ? null : part(parts.test),
    },
    encoding,
    notes: [
      ...complete.notes,
      // before any row was left out: a gap would hide that it counts
      ...settled.flatMap((column) => (isTarget(column) ? [] : notesOnCounter(column))),
      ...inputs.flatMap(({ name, cells: { values } }) => notesOnInput(name, values, parts.training)),
      ...(learnt.kind === "category" ? notesOnClasses(learnt, parts) : []),
      ...(learnt.kind === "number" && task === undefined ? notesOnNumbers(targetName, learnt.values) : []),
    ],
  };
}

/** What is said beside the samples of another table. */
interface Encoded {
  /** Which rows of the table the samples are, counted from 0: all of them, unless some were dropped. */
  readonly rows: readonly number[];
  /** What a person should know, a sentence each: rows left out, values that training never saw. */
  readonly notes: readonly string[];
}

/** How another table is read. */
interface Reading {
  /** What errors call it; the table's own name when nobody says. */
  file?: string;
  /** What becomes of rows with a missing cell; "refuse" when nobody says. */
  missing?: Missing;
}

/**
 * The rows of another table as a dataset, made into numbers as `encoding` says; columns that it does not name do not
 * count. A category's value that training never saw is none of those known, 0 for each, and `notes` says so.
 *
 * @throws {FormatError} when a column or a cell is missing, a cell is no number, or a class is unknown
 */
export function encodeTable(
  table: Table,
  encoding: TableEncoding,
  options: Reading = {},
): Encoded & { readonly dataset: Dataset } {
  const { target } = encoding;
  const { use, rows, notes } = readKnown("encodeTable", table, { columns: [...encoding.inputs, target], options });
  const inputs = encoding.inputs.map((input) => knownCells(input, use));
  const found = knownCells(target, use);
  const learnt: Target =
    target.kind === "category" && found.kind === "category"
      ? { kind: "category", classNames: target.values, labels: knownLabels(found.values, target, use) }
      : (found as Target & { kind: "number" });
  return {
    dataset: datasetOf(use, encoding, { cells: inputs, target: learnt, rows: everyRow(use.table) }),
    rows,
    notes: [...notes, ...newValues(encoding.inputs, inputs, use)],
  };
}

/**
 * The rows of another table as a network's inputs, one after another; the target column need not be there. With
 * `missing: "drop"` there are fewer than the table has: `rows` says which.
 *
 * Shapes: inputs [rows.length · width], one row after another
 *
 * @throws {FormatError} when a column or a cell is missing, or a cell is no number
 * @example
 * const table = readCsv("size,colour,taste\n1,red,sweet\n3,red,sour\n2,blue,sour");
 * const { encoding } = tableSplits(table, { target: "taste", validation: 0, test: 0 });
 * const { inputs, rows } = encodeInputs(readCsv("size,colour\n2,blue\n,red"), encoding, { missing: "drop" });
 * inputs; // [0, 1, 0]
 * rows; // [0]
 */
export function encodeInputs(
  table: Table,
  encoding: TableEncoding,
  options: Reading = {},
): Encoded & { readonly inputs: Float32Array } {
  const { use, rows, notes } = readKnown("encodeInputs", table, { columns: encoding.inputs, options });
  const cells = encoding.inputs.map((input) => knownCells(input, use));
  return {
    inputs: inputsOf(use, encoding.inputs, { cells, rows: everyRow(use.table) }),
    rows,
    notes: [...notes, ...newValues(encoding.inputs, cells, use)],
  };
}

/** The columns of an encoding, found in another table, and of its rows the complete ones. */
function readKnown(
  op: string,
  table: Table,
  { columns, options }: { columns: readonly ColumnEncoding[]; options: Reading },
): { use: Use; rows: readonly number[]; notes: readonly string[] } {
  const { file, missing } = checkSettings(op, options, { file: optional(columnName), missing: missingField });
  const use: Use = { op, table, file: file ?? table.file, role: "known" };
  const found = columns.map((encoding) => {
    const column = knownColumn(encoding.name, use);
    return encoding.kind === "number" ? asNumbers(column, use) : column;
  });
  const complete = completeRows(found, missing, { ...use, target: null });
  return { use: { ...use, table: complete.table }, rows: complete.rows, notes: complete.notes };
}

function newValues(encodings: readonly ColumnEncoding[], cells: readonly Cells[], { table }: Use): string[] {
  return encodings.flatMap((encoding, at) => notesOnNewValues(encoding, cells[at].values, table));
}

/** What is to be learnt, of all rows. */
type Target =
  | { kind: "number"; values: Float64Array }
  | { kind: "category"; classNames: readonly string[]; labels: Uint8Array };

/** The rule of `tableSplits`. */
function targetOf(column: Column, task: Task | undefined, use: Use): Target {
  const byRule = column.kind === "text" || new Set(column.values).size <= 2 ? "classification" : "regression";
  if ((task ?? byRule) === "regression") return { kind: "number", values: asNumbers(column, use).values };
  const names = namesOf(column);
  refuseCrowd(column, names, use);
  const { op, file } = use;
  return { kind: "category", ...classesOf(names, { op, file, column: column.name, samples: "rows" }) };
}

/** Refuses a target of words that should be numbers, before its missing cells are counted. */
function refuseTarget(column: Column, task: Task | undefined, use: Use): void {
  if (column.kind === "number" || task === "classification") return;
  const slip = slipIn(column);
  if (slip !== null) throw strayCell(column, slip, use);
  if (task === undefined) return;
  if (!column.values.some((cell) => isNumber(cell))) {
    throw refuse(use, {
      problem: "the target has no numbers",
      column: column.name,
      got: `words, such as ${formatValue(column.values[0])}`,
      want: "numbers",
      fix: undressing(column.values) ?? 'to tell its values apart: task: "classification"',
    });
  }
  asNumbers(column, use);
}

/** An input column's cells: numbers, unless it is one of words or is said to be. */
function inputCells(column: Column, isCategory: boolean): Cells {
  if (column.kind === "number" && !isCategory) return { kind: "number", values: column.values };
  return { kind: "category", values: namesOf(column) };
}

/** The cells of a column as an encoding that is already there wants them. */
function knownCells(encoding: ColumnEncoding, use: Use): Cells {
  const column = knownColumn(encoding.name, use);
  if (encoding.kind === "category") return { kind: "category", values: namesOf(column) };
  return { kind: "number", values: asNumbers(column, use).values };
}

function knownColumn(wanted: string, use: Use): Column {
  const { columns } = use.table;
  const column = columns.find(({ name }) => name === wanted);
  if (column !== undefined) return column;
  const names = columns.map(({ name }) => name);
  const near = nearest(wanted, names);
  throw refuse(use, {
    problem: `the column ${formatValue(wanted)} is missing`,
    got: listed(names),
    want: "the columns that the network was trained with",
    fix: near === null ? undefined : `is ${formatValue(near)} the one? give it that name`,
  });
}

function knownLabels(names: readonly string[], target: ColumnEncoding & { kind: "category" }, use: Use): Uint8Array {
  const placeOf = (row: number) => ({ line: use.table.lines[row] });
  return labelsOf(names, target.values, { op: use.op, file: use.file, column: target.name, samples: "rows", placeOf });
}

/** The cells as names of categories. */
function namesOf(column: Column): string[] {
  return Array.from<string | number, string>(column.values, (cell) => {
    if (typeof cell === "number") return String(cell);
    const value = numberIn(cell);
    return value === null ? cell.trim() : String(value);
  });
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
    return createDataset({ inputs, labels, inputShape, classNames: target.classNames, encoding, origin: use.file });
  }
  const { name, mean, deviation } = encoding.target as ColumnEncoding & { kind: "number" };
  return createDataset({
    inputs,
    targets: Float32Array.from(rows, (row) => (target.values[row] - mean) / deviation),
    inputShape,
    targetNames: [name],
    targetUnits: [{ mean, deviation }],
    encoding,
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
