/** What a model is judged by: the test samples of its own kind of data, or a file or folder that somebody names. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readCheckpoint } from "inkling";
import type { ModelCard } from "inkling";
import { encodeTable } from "inkling/data";
import type { Dataset, TableEncoding } from "inkling/data";
import { fashionMnistTest, mnistTest } from "inkling/digits";
import type { ModelFile } from "inkling/formats";
import { understandData } from "./data-place.ts";
import type { DataKind } from "./data-place.ts";
import { findData, testFiles } from "./data.ts";
import { UsageFailure } from "./failure.ts";
import type { ChosenModel } from "./models.ts";
import { note, withProgressLine } from "./output.ts";
import type { RunConfiguration } from "./run-configuration.ts";
import { files, readRunConfiguration, shortPath } from "./runs.ts";
import { adviceInOptions, readTable } from "./table-data.ts";
import { areClothes, checkSameData, readTrainingData } from "./training-data.ts";

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

/** What a model is judged by, and where it comes from. */
export interface TestData {
  dataset: Dataset;
  /** The file or folder of --data, as short as it can be typed; null: what was held out for the test. */
  origin: string | null;
}

/** @throws {Failure} when the data are of another kind, nowhere, or no longer those of the model's own run */
export async function readTestData(
  { file, folder, card, architecture }: Pick<ChosenModel, "file" | "folder"> & Pick<ModelFile, "card" | "architecture">,
  { data, download, ask, missing }: Asked,
): Promise<TestData> {
  const op = "evaluate";
  const kind = kindOf(card);
  if (data === undefined && kind !== "digits") {
    return { dataset: await readOwnTestPart({ file, folder, card, kind }), origin: null };
  }
  const origin = data === undefined ? null : shortPath(data);
  // a run on digits of its own, such as clothes, is judged by their test files
  const own = data ?? (await configurationIn(folder, op))?.data ?? null;
  const place = await understandData(own, { op });
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
            ? "--data with a folder for each class"
            : "the MNIST files",
    });
  }
  const { path } = place;
  if (path !== null && card.preprocessing.table !== null) {
    return { dataset: await readOtherRows(path, card.preprocessing.table, { op, missing }), origin };
  }
  if (path !== null && kind === "images") {
    const { readImageFolder } = await import("./image-folder.ts");
    const known = { classNames: card.classNames, channels: architecture.input[2] };
    const { dataset } = await withProgressLine((report) => readImageFolder(path, { op, known, report }));
    return { dataset, origin };
  }
  const { source } = await withProgressLine((report) =>
    findData({ data: path, download, needed: testFiles, op, ask, report }),
  );
  return { dataset: await (areClothes(path) ? fashionMnistTest(source) : mnistTest(source)), origin };
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
    throw adviceInOptions(error);
  }
}

/** The rows or pictures that the model's run held out for its test. */
async function readOwnTestPart({
  file,
  folder,
  card,
  kind,
}: Pick<ChosenModel, "file" | "folder"> & {
  card: ModelCard;
  kind: DataKind;
}): Promise<Dataset> {
  const op = "evaluate";
  const want = kind === "table" ? "--data with a CSV file" : "--data with a folder of pictures";
  const configuration = await configurationIn(folder, op);
  if (folder === null || configuration === null) {
    throw new UsageFailure({
      op,
      problem: `nothing says what to test ${file} with: it does not lie in the folder of its run`,
      want,
    });
  }
  const now = await readTrainingData({ ...configuration, test: true }, { ask: null, op });
  checkSameData({ samples: await samplesOf(folder), card }, now, { op, path: configuration.data });
  const { splits } = now;
  if (splits.test !== null) return splits.test;
  throw new UsageFailure({ op, problem: `nothing of ${configuration.data} was held out for a test`, want });
}

/** What the run in a folder was started with; null when the folder is not that of a run. */
async function configurationIn(folder: string | null, op: string): Promise<RunConfiguration | null> {
  return folder === null ? null : readRunConfiguration(folder, { op }).catch(() => null);
}

/** How many samples the run in a folder learnt from; null when no checkpoint is there to say it. */
async function samplesOf(folder: string): Promise<number | null> {
  const file = join(folder, files.checkpoint);
  const bytes = await readFile(file).catch(() => null);
  return bytes && readCheckpoint(bytes, { file }).identity.samples;
}
