/** Tables: a CSV file as samples to train with, or as rows for a model that knows its columns. */
import { readFile } from "node:fs/promises";
import { readCsv, tableSplits } from "inkling/data";
import type { Splits, Table, TableEncoding } from "inkling/data";
import { fileFailure } from "./failure.ts";

/** What the command line says of a table. */
export interface TableChoice {
  /** The column to predict. */
  target: string;
  /** Columns that are left out. */
  omit: readonly string[];
  /** Columns of numbers that are names of things. */
  categories: readonly string[];
  /** Null: what the target column looks like. */
  task: "classification" | "regression" | null;
  /** What becomes of rows with a missing cell; the table is refused when nobody says. */
  missing?: "refuse" | "drop";
}

export interface TableData {
  splits: Splits;
  encoding: TableEncoding;
  /** What a person should know of the table, a sentence each. */
  notes: readonly string[];
}

/** @throws {Failure} when the file cannot be read @throws {FormatError} when it is no table */
export async function readTable(path: string, { op }: { op: string }): Promise<Table> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileFailure(error, { op, path, want: "a CSV file" });
  });
  return readCsv(bytes, { file: path });
}

/** A table in three parts. @param validation rows to hold out to choose by; null holds out a tenth */
export async function readTableSplits(
  path: string,
  { target, omit, categories, task, missing }: TableChoice,
  { op, validation }: { op: string; validation: number | null },
): Promise<TableData> {
  const table = await readTable(path, { op });
  try {
    const data = tableSplits(table, {
      target,
      omit,
      categories,
      missing,
      ...(task === null ? {} : { task }),
      ...(validation === null ? {} : { validation }),
    });
    return { ...data, notes: data.notes.map(inOptions) };
  } catch (error) {
    throw adviceInOptions(error);
  }
}

/** An error of the library about a table, as one of the command's own. */
export function adviceInOptions(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  error.message = inOptions(error.message);
  return error;
}

/** The library's advice names its own options; at the command line they are called otherwise. */
function inOptions(text: string): string {
  const word = (name: string) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name));
  const each = (option: string) => (_: string, names: string) =>
    (JSON.parse(names) as string[]).map((name) => `${option} ${word(name)}`).join(" ");
  return text
    .replaceAll(/\bomit: (\["(?:[^"\\]|\\.|", ")*"\])/g, each("--omit"))
    .replaceAll(/\bcategories: (\["(?:[^"\\]|\\.|", ")*"\])/g, each("--category"))
    .replaceAll(/\b(task|missing): "(\w+)"/g, "--$1 $2");
}
