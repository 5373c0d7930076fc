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
  { target, omit, categories, task }: TableChoice,
  { validation }: { validation: number | null },
): Promise<TableData> {
  const table = await readTable(path, { op: "train" });
  try {
    return tableSplits(table, {
      target,
      omit,
      categories,
      ...(task === null ? {} : { task }),
      ...(validation === null ? {} : { validation }),
    });
  } catch (error) {
    throw inOptions(error);
  }
}

/** The library's advice names its own options; at the command line they are called otherwise. */
function inOptions(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const word = (name: string) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name));
  error.message = error.message
    .replaceAll(/\bomit: \["([^"]*)"\]/g, (_, name: string) => `--omit ${word(name)}`)
    .replaceAll(/\bcategories: \["([^"]*)"\]/g, (_, name: string) => `--category ${word(name)}`)
    .replaceAll(/\btask: "(\w+)"/g, "--task $1");
  return error;
}
