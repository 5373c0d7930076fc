/** The samples of a run: digits, a table or pictures, in three parts; and the recipe made to fit them. */
import { basename } from "node:path";
import type { ModelCard } from "inkling";
import { holdOut } from "inkling/data";
import type { Dataset, Splits, TableEncoding } from "inkling/data";
import { fashionMnist, mnist } from "inkling/digits";
import type { Recipe } from "inkling/digits";
import { fitArchitecture } from "inkling/nn";
import type { LayerDescription } from "inkling/nn";
import { understandData } from "./data-place.ts";
import type { DataKind } from "./data-place.ts";
import { findData, testFiles, trainFiles } from "./data.ts";
import { Failure, UsageFailure } from "./failure.ts";
import { count, plural } from "./numbers.ts";
import { withProgressLine } from "./output.ts";
import type { RunConfiguration } from "./run-configuration.ts";
import { readTableSplits } from "./table-data.ts";
import type { Plan } from "./training-plan.ts";

const DIGITS_HELD_OUT = 5000; // enough to tell 98.5 % from 98.9 %, and a twelfth of all
const FEW_STEPS = 200; // below it, hardly any network has learnt what it could

export interface TrainingData {
  kind: DataKind;
  splits: Splits;
  /** How a table's columns became numbers; null for anything else. */
  encoding: TableEncoding | null;
  /** What a person should know, a sentence each. */
  notes: readonly string[];
}

interface Reading {
  /** Who asks, for messages. */
  op: "train" | "evaluate";
  download?: boolean;
  ask: ((question: string) => Promise<boolean>) | null;
}

/** The data of a configuration; the same file gives the same parts, whatever the seed. */
export async function readTrainingData(
  configuration: RunConfiguration,
  { op, download, ask }: Reading,
): Promise<TrainingData> {
  const { data, table, validation, test } = configuration;
  const { kind, path } = await understandData(data, { op });
  if (path !== null && kind === "table") {
    if (!table)
      throw new UsageFailure({
        op,
        problem: `the run was not begun with a table, and ${path} is one`,
        want: "the data it began with",
      });
    const { splits, encoding, notes } = await readTableSplits(path, table, { op, validation });
    return { kind, splits: unopened(splits, test), encoding, notes };
  }
  if (table)
    throw new UsageFailure({
      op,
      problem: `the run was begun with a table, and ${path} is none`,
      want: "the data it began with",
    });
  if (path !== null && kind === "images") {
    const { readImageFolder } = await import("./image-folder.ts");
    const { dataset, notes } = await withProgressLine((report) => readImageFolder(path, { op, report }));
    const counts = { validation: validation ?? Math.round(dataset.length / 10), test: Math.round(dataset.length / 5) };
    return { kind, splits: unopened(holdOut(dataset, counts), test), encoding: null, notes };
  }
  const needed = test ? [...trainFiles, ...testFiles] : [...trainFiles];
  const { source } = await withProgressLine((report) => findData({ data, download, needed, op, ask, report }));
  const read = areClothes(path) ? fashionMnist : mnist;
  const splits = await read(source, { validation: validation ?? DIGITS_HELD_OUT, test });
  return { kind, splits, encoding: null, notes: [] };
}

/** Fashion-MNIST has the files of MNIST under the same names; what is in them only the folder's name can say. */
export function areClothes(folder: string | null): boolean {
  return folder !== null && /fashion/i.test(basename(folder));
}

/** With --no-test the samples stay held out, so that the network is the same; nobody looks at them. */
function unopened(splits: Splits, test: boolean): Splits {
  return test ? splits : { ...splits, test: null };
}

/**
 * A run that goes on learns from what it began with, and a model is judged by samples that its run held out: a file that
 * has changed since would give other bits, or be parted otherwise, so that training rows come among the test rows.
 *
 * @param began.samples training samples at the beginning; null where no checkpoint says it
 * @throws {UsageFailure} saying what is different now
 */
export function checkSameData(
  { samples, card }: { samples: number | null; card: ModelCard },
  { kind, splits: { training }, encoding }: TrainingData,
  { op, path }: { op: "train" | "evaluate"; path: string | null },
): void {
  if (kind === "digits") return; // counted by the library
  const rows = kind === "table" ? "training rows" : "training pictures";
  const names = (own: { classNames: readonly string[]; targetNames: readonly string[] }) =>
    [...own.classNames, ...own.targetNames].join(", ");
  const columns = (table: TableEncoding | null) => table?.inputs.map(({ name }) => name).join(", ") ?? "";
  const now = { classNames: [], targetNames: [], ...training };
  const pairs: [string, string | number, string | number][] = [
    [rows, samples ?? training.length, training.length],
    ["columns", columns(card.preprocessing.table), columns(encoding)],
    [training.task === "classification" ? "classes" : "targets", names(card), names(now)],
    ["numbers", JSON.stringify(card.preprocessing.table), JSON.stringify(encoding)],
  ];
  const changed = pairs.find(([, before, after]) => before !== after);
  if (changed === undefined) return;
  const [what, before, after] = changed;
  throw new UsageFailure({
    op,
    problem: `${path} is not what it was when the run began`,
    got: what === "numbers" ? "other values in its columns" : `${what}: ${after}; at the beginning ${before}`,
    want: `the same data: ${op === "train" ? "a resumed run goes on with what it began with" : "only they say which samples were held out for the test"}`,
    fix:
      op === "train"
        ? "bring the old data back (--data takes another place), or start a new run"
        : `bring the old data back, or name samples that the model has not learnt from: --data ${kind === "table" ? "FILE.csv" : "FOLDER"}`,
  });
}

/**
 * The recipe for these data: its first layer takes their samples, its last has an output for each class or target, and
 * what only pictures can have is left out. Two classes share one output, unless the recipe's loss compares two.
 */
export function fitRecipe(
  recipe: Recipe,
  { kind, splits: { training } }: Pick<TrainingData, "kind" | "splits">,
  { path, free }: { path: string | null; free: Plan["free"] },
): { recipe: Recipe; notes: readonly string[] } {
  if (kind === "digits") {
    if (recipe.data === "mnist") return { recipe, notes: [] };
    const isTable = recipe.data === "table";
    const [kinds, want] = isTable
      ? ["a table", "--data FILE.csv --target COLUMN"]
      : ["pictures in folders", "--data with a folder of pictures"];
    throw new UsageFailure({
      op: "train",
      problem: `${path === null ? "no --data was given" : `${path} holds digits`}, and the recipe ${recipe.name} is for ${kinds}`,
      want,
    });
  }
  if (training.inputShape.length !== 3 && seesPictures(recipe.architecture.layers)) {
    throw new UsageFailure({
      op: "train",
      problem: `the recipe ${recipe.name} is for pictures; for a table take \`table\``,
      want: "layers that take a row of numbers",
      fix: "npx inkling train table --data FILE.csv --target COLUMN",
    });
  }
  const fitted: Recipe = {
    ...recipe,
    data: kind,
    architecture: fitArchitecture(recipe.architecture, {
      input: training.inputShape,
      outputs: outputsFor(training, recipe),
    }),
  };
  const notes: string[] = [];
  if (training.inputShape.length !== 3 && recipe.augmentation && recipe.augmentation.length > 0) {
    delete fitted.augmentation;
    notes.push(
      `the recipe's augmentation is left out: it changes pictures, and ${kind === "table" ? "rows" : "these"} are none`,
    );
  }
  if (kind === "images") notes.push(...fitAmount(fitted, training.length, free));
  const steps = fitted.epochs * Math.ceil(training.length / fitted.batchSize);
  const isFitted = kind === "images" && free.epochs; // as far as seemed sensible
  if (steps < FEW_STEPS && !isFitted) {
    const epochs = Math.ceil((FEW_STEPS * fitted.epochs) / steps / 10) * 10;
    notes.push(`${count(steps)} steps in all are few to learn from; for more passes: --epochs ${epochs}`);
  }
  return { recipe: fitted, notes };
}

/** Where a network has no room for its weights or its sums, the pictures' size is mostly why. */
export async function aboutSize(error: unknown, { splits: { training } }: TrainingData): Promise<unknown> {
  if (!(error instanceof Error) || !("problem" in error)) return error;
  const [height, width, channels] = training.inputShape;
  const tooMany = error.name === "MemoryError" || /weights are more than a layer can have/.test(error.message);
  if (!tooMany || height * width <= NORMAL_PIXELS) return error;
  const { SMALLER } = await import("./image-folder.ts");
  const kept = /\n( {2}kept .*)$/.exec(error.message)?.[1];
  const failure = new Failure(
    {
      op: "train",
      problem: `pictures of ${width}×${height}${channels === 1 ? "" : ` with ${channels} channels`} are too large for this network`,
      got: `${count(height * width * channels)} numbers a picture; ${error.message.split("\n")[0]}`,
      want: "weights and a step's results that fit into memory",
      fix: `${SMALLER}; or try cnn, and a smaller --batch-size`,
    },
    { exitCode: 2, cause: error },
  );
  if (kept !== undefined) failure.message += `\n${kept}`;
  return failure;
}

const NORMAL_PIXELS = 64 * 64;
const STEPS_AN_EPOCH = 20;
const ENOUGH_STEPS = 600; // about half of what `cnn` makes of all digits: 3 · 430
const SMALLEST_BATCH = 16; // batch norm takes its mean and variance from a batch
const MOST_EPOCHS = 60;

/**
 * The recipes' batches and epochs are made for 60,000 digits. Of fewer pictures, smaller batches and more passes make
 * about as many updates as a network needs.
 */
function fitAmount(recipe: Recipe, samples: number, free: Plan["free"]): string[] {
  const { batchSize, epochs } = recipe;
  if (free.batchSize) {
    const power = 2 ** Math.floor(Math.log2(samples / STEPS_AN_EPOCH));
    recipe.batchSize = Math.min(batchSize, Math.max(SMALLEST_BATCH, power));
  }
  const stepsPerEpoch = Math.ceil(samples / recipe.batchSize);
  if (free.epochs) {
    recipe.epochs = Math.max(epochs, Math.min(MOST_EPOCHS, Math.ceil(ENOUGH_STEPS / stepsPerEpoch)));
  }
  const changed = [
    ...(recipe.batchSize === batchSize ? [] : [`batches of ${recipe.batchSize} instead of ${batchSize}`]),
    ...(recipe.epochs === epochs ? [] : [`${recipe.epochs} epochs instead of ${epochs}`]),
  ];
  if (changed.length === 0) return [];
  const steps = plural(recipe.epochs * stepsPerEpoch, "step");
  return [
    `fitted to ${plural(samples, "training picture")}: ${changed.join(" and ")}, ${steps} in all (--batch-size and --epochs say otherwise)`,
  ];
}

/** Whether there are layers that look at neighbouring pixels. */
function seesPictures(layers: readonly LayerDescription[]): boolean {
  return layers.some((layer) =>
    layer.type === "residual" ? seesPictures([...layer.layers, ...(layer.shortcut ?? [])]) : /2d$/i.test(layer.type),
  );
}

function outputsFor(dataset: Dataset, { loss }: Recipe): number {
  if (dataset.task === "regression") return dataset.targetNames.length;
  const classes = dataset.classNames.length;
  return classes === 2 && (loss === undefined || loss.type === "binaryCrossEntropy") ? 1 : classes;
}
