/**
 * What a training will do, put together from its options before anything is done: a run from its first step, or one that
 * was stopped, from where it stopped.
 */
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readCheckpoint } from "inkling";
import type { CheckpointHeader } from "inkling/train";
import { understandData } from "./data-place.ts";
import type { DataPlace } from "./data-place.ts";
import type { EngineArguments } from "./engine-choice.ts";
import { fileFailure, systemCode, UsageFailure } from "./failure.ts";
import { count } from "./numbers.ts";
import { recipeNames } from "inkling/digits";
import { listed } from "./printable.ts";
import { chooseRecipe } from "./recipe-choice.ts";
import type { RunConfiguration } from "./run-configuration.ts";
import { files, readRunConfiguration } from "./runs.ts";
import { readTable } from "./table-data.ts";
import type { TableChoice } from "./table-data.ts";

/** The options of `inkling train`. */
export interface TrainArguments extends EngineArguments {
  set?: string[];
  data?: string;
  target?: string;
  omit?: string[];
  category?: string[];
  task?: "classification" | "regression";
  missing?: "refuse" | "drop";
  download?: boolean;
  epochs?: number;
  steps?: number;
  batchSize?: number;
  learningRate?: number;
  findLearningRate?: boolean;
  seed?: number;
  validation?: number;
  test: boolean;
  out?: string;
  resume?: string;
  saveEvery: number;
  refuse: number;
  json?: boolean;
  quiet?: boolean;
}

/** Where a run that was stopped goes on. */
export interface Resumption {
  path: string;
  /** Null when it was killed before its first one. */
  checkpoint: { bytes: Uint8Array; header: CheckpointHeader } | null;
  /** Updates made. */
  step: number;
  /** Epochs that had ended. */
  epochs: number;
  /** Nothing is left to be done: all steps are made, or it ended early, and the model is written. */
  finished: boolean;
}

/** What will be trained, and from where on. */
export interface Plan {
  configuration: RunConfiguration;
  /** What nobody has said, so that it may be fitted to the amount of data. */
  free: { batchSize: boolean; epochs: boolean };
  /** Of a run that goes on. */
  resume: Resumption | null;
}

/** @throws {UsageFailure} when the options do not go together */
export function planTraining(recipeName: string | undefined, options: TrainArguments): Promise<Plan> {
  const { resume } = options;
  return resume === undefined ? planNew(recipeName, options) : planRest(recipeName, { ...options, resume });
}

async function planNew(recipeName: string | undefined, options: TrainArguments): Promise<Plan> {
  const place = await understandData(options.data ?? null, { op: "train" });
  const table = await chooseTable(place, options);
  const assignments = options.set ?? [];
  const name = recipeName ?? (await usualRecipe(place));
  const recipe = await chooseRecipe(name, { op: "train", assignments });
  const isSet = (path: string) => assignments.some((assignment) => assignment.startsWith(`${path}=`));
  const shipped = recipeNames.includes(name); // a file says what it says
  recipe.epochs = options.epochs ?? recipe.epochs;
  recipe.batchSize = options.batchSize ?? recipe.batchSize;
  recipe.optimizer.learningRate = options.learningRate ?? recipe.optimizer.learningRate;
  return {
    resume: null,
    free: {
      batchSize: shipped && options.batchSize === undefined && !isSet("batchSize"),
      epochs: shipped && options.epochs === undefined && !isSet("epochs"),
    },
    configuration: {
      recipe,
      seed: options.seed ?? 1,
      validation: options.validation ?? null,
      test: options.test,
      data: place.path === null ? null : resolve(place.path),
      ...(table === null ? {} : { table }),
      kernels: options.engine ?? "fast",
      module: options.module ?? "auto",
      changes: [],
    },
  };
}

const LEAST_SIDE = 8; // pixels; below it, little is left of a picture after the strides and the pooling of `cnn`

/** The recipe for data of this kind when nobody names one. */
async function usualRecipe({ kind, path }: DataPlace): Promise<string> {
  if (kind === "table") return "table";
  if (kind === "digits" || path === null) return "mlp";
  const { firstSize } = await import("./image-folder.ts");
  const size = await firstSize(path, "train");
  return size !== null && Math.min(size.width, size.height) < LEAST_SIDE ? "mlp" : "cnn";
}

/** Which column is predicted, and from which others; null for anything but a table. */
async function chooseTable(
  { kind, path }: DataPlace,
  { target, omit, category, task, missing }: TrainArguments,
): Promise<TableChoice | null> {
  const op = "train";
  if (kind === "table" && path !== null) {
    if (target !== undefined) {
      const choice = { target, omit: omit ?? [], categories: category ?? [], task: task ?? null };
      return missing === undefined ? choice : { ...choice, missing };
    }
    const { columns } = await readTable(path, { op });
    throw new UsageFailure({
      op,
      problem: `no --target: which column of ${path} is to be predicted?`,
      want: "--target with a column's name",
      got: `the columns ${listed(columns.map(({ name }) => name))}`,
    });
  }
  const given = Object.entries({
    "--target": target,
    "--omit": omit,
    "--category": category,
    "--task": task,
    "--missing": missing,
  });
  const [stray] = given.filter(([, value]) => value !== undefined);
  if (stray === undefined) return null;
  throw new UsageFailure({
    op,
    problem: `${stray[0]} is for tables, and ${path === null ? "no --data is given" : `${path} is none`}`,
    want: "--data with a file that ends in .csv or .tsv",
  });
}

/** What a run that goes on may not change: it would be another run. */
const fixed = {
  set: "--set",
  target: "--target",
  omit: "--omit",
  category: "--category",
  task: "--task",
  missing: "--missing",
  epochs: "--epochs",
  batchSize: "--batch-size",
  findLearningRate: "--find-learning-rate",
  seed: "--seed",
  validation: "--validation",
  out: "--out",
};

async function planRest(recipeName: string | undefined, options: TrainArguments & { resume: string }): Promise<Plan> {
  const path = options.resume;
  const [clash] = (Object.keys(fixed) as (keyof typeof fixed)[]).filter((name) => options[name] !== undefined);
  if (clash !== undefined || recipeName !== undefined) {
    throw new UsageFailure({
      op: "train",
      problem: `a resumed run keeps what it began with: ${clash ? fixed[clash] : "the recipe"} cannot be given with --resume`,
      want: "--steps, --learning-rate, --threads, --module, --engine, --data or --no-test",
      fix: "start a new run for other settings",
    });
  }
  const configuration = await readRunConfiguration(path, { op: "train" });
  const file = `${path}/${files.checkpoint}`;
  const bytes = await readFile(file).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return null; // it was killed before its first one
    throw fileFailure(error, { op: "train", path: file });
  });
  const checkpoint = bytes && { bytes, header: readCheckpoint(bytes, { file }) };
  const { step, history } = checkpoint?.header.position ?? { step: 0, history: [] };
  if (options.steps !== undefined && options.steps < step) {
    throw new UsageFailure({
      op: "train",
      problem: `the run in ${path} has made ${count(step)} steps already`,
      got: `--steps ${options.steps}`,
      want: `a number of at least ${step}: steps are counted from the run's beginning`,
    });
  }
  const { learningRate } = options;
  const earlier = configuration.changes.filter((change) => change.step < step);
  return {
    free: { batchSize: false, epochs: false },
    resume: {
      path,
      checkpoint,
      step,
      epochs: history.length,
      finished: checkpoint !== null && isOver(checkpoint.header, configuration) && (await hasModel(path)),
    },
    configuration: {
      ...configuration,
      test: configuration.test && options.test,
      data: options.data === undefined ? configuration.data : resolve(options.data),
      kernels: options.engine ?? configuration.kernels,
      module: options.module ?? configuration.module,
      changes: learningRate === undefined ? configuration.changes : [...earlier, { step, learningRate }],
    },
  };
}

function isOver({ position, identity }: CheckpointHeader, { recipe }: RunConfiguration): boolean {
  const steps = recipe.epochs * Math.ceil(identity.samples / identity.batchSize);
  return (
    position.step >= steps || (recipe.earlyStopping !== undefined && position.waited >= recipe.earlyStopping.patience)
  );
}

function hasModel(path: string): Promise<boolean> {
  return stat(join(path, files.model)).then(
    (found) => found.isFile(),
    () => false,
  );
}
