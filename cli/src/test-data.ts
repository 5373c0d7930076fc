/** What a model is judged by: the test samples of its own kind of data, or a file or folder that somebody names. */
import { dirname } from "node:path";
import type { ModelCard } from "inkling";
import { encodeTable } from "inkling/data";
import type { Dataset, TableEncoding } from "inkling/data";
import { fashionMnistTest, mnistTest } from "inkling/digits";
import type { Architecture } from "inkling/nn";
import { understandData } from "./data-place.ts";
import type { DataKind } from "./data-place.ts";
import { findData, testFiles } from "./data.ts";
import { UsageFailure } from "./failure.ts";
import { note, withProgressLine } from "./output.ts";
import { readRunConfiguration } from "./runs.ts";
import { adviceInOptions, readTable } from "./table-data.ts";
import { areClothes, readTrainingData } from "./training-data.ts";

/** The kind of data that a model was trained with. */
export function kindOf({ preprocessing, recipe }: ModelCard): DataKind {
  if (preprocessing.table !== null) return "table";
  const { data } = (recipe ?? {}) as { data?: unknown };
  return data === "images" ? "images" : "digits";
}

interface Asked {
  /** Of --data. */
  data: string | undefined;
  download: boolean | undefined;
  /** Of --missing. */
  missing: "refuse" | "drop" | undefined;
  ask: ((question: string) => Promise<boolean>) | null;
}

/** @throws {Failure} when the data are of another kind, or nowhere */
export async function readTestData(
  { file, card, architecture }: { file: string; card: ModelCard; architecture: Architecture },
  { data, download, ask, missing }: Asked,
): Promise<Dataset> {
  const op = "evaluate";
  const kind = kindOf(card);
  if (data === undefined && kind !== "digits") return readOwnTestPart(file, kind);
  const place = await understandData(data ?? null, { op });
  if (place.kind !== kind) {
    const names = { digits: "digits", table: "a table", images: "pictures in folders" };
    const holds = place.kind === "table" ? "is" : "holds";
    throw new UsageFailure({
      op,
      problem: `the model was trained with ${names[kind]}, and ${place.path} ${holds} ${names[place.kind]}`,
      want:
        kind === "table"
          ? "--data with a CSV file"
          : kind === "images"
            ? "--data with a folder a class"
            : "the MNIST files",
    });
  }
  const { path } = place;
  if (path !== null && card.preprocessing.table !== null) {
    return readOtherRows(path, card.preprocessing.table, { op, missing });
  }
  if (path !== null && kind === "images") {
    const { readImageFolder } = await import("./image-folder.ts");
    const known = { classNames: card.classNames, channels: architecture.input[2] };
    return (await withProgressLine((report) => readImageFolder(path, { op, known, report }))).dataset;
  }
  const { source } = await withProgressLine((report) =>
    findData({ data: path, download, needed: testFiles, op, ask, report }),
  );
  return areClothes(path) ? fashionMnistTest(source) : mnistTest(source);
}

/** The rows of another file; what a person should know of them is said at once. */
async function readOtherRows(
  path: string,
  encoding: TableEncoding,
  { op, missing }: { op: string; missing: "refuse" | "drop" | undefined },
): Promise<Dataset> {
  const table = await readTable(path, { op });
  try {
    const { dataset, notes } = encodeTable(table, encoding, { missing });
    for (const text of notes) note(`${path}: ${text}`);
    return dataset;
  } catch (error) {
    throw adviceInOptions(error, { op });
  }
}

/** The rows or pictures that the model's run held out for its test. */
async function readOwnTestPart(file: string, kind: DataKind): Promise<Dataset> {
  const op = "evaluate";
  const want = kind === "table" ? "--data with a CSV file" : "--data with a folder of pictures";
  const configuration = await readRunConfiguration(dirname(file), { op }).catch(() => null);
  if (configuration === null) {
    throw new UsageFailure({ op, problem: `${file} stands alone: no run beside it says what to test it with`, want });
  }
  const { splits } = await readTrainingData({ ...configuration, test: true }, { ask: null });
  if (splits.test !== null) return splits.test;
  throw new UsageFailure({ op, problem: `nothing of ${configuration.data} was held out for a test`, want });
}
