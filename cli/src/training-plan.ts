/**
 * What a training will do, put together from its options before anything is done: a run from its first step, or one that
 * was stopped, from where it stopped.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readCheckpoint } from "inkling";
import type { CheckpointHeader } from "inkling/train";
import { understandData } from "./data-place.ts";
import type { DataPlace } from "./data-place.ts";
import type { EngineArguments } from "./engine-choice.ts";
import { fileFailure, systemCode, UsageFailure } from "./failure.ts";
import { count } from "./numbers.ts";
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
  download?: boolean;
  epochs?: number;
  steps?: number;
  batchSize?: number;
  learningRate?: number;
  seed?: number;
  validation?: number;
  test: boolean;
  out?: string;
  resume?: string;
  saveEvery: number;
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
}

/** What will be trained, and from where on. */
export interface Plan {
  configuration: RunConfiguration;
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
  const usual = place.kind === "table" ? "table" : "mlp";
  const recipe = await chooseRecipe(recipeName ?? usual, { op: "train", assignments: options.set ?? [] });
  recipe.epochs = options.epochs ?? recipe.epochs;
  recipe.batchSize = options.batchSize ?? recipe.batchSize;
  recipe.optimizer.learningRate = options.learningRate ?? recipe.optimizer.learningRate;
  return {
    resume: null,
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

/** Which column is predicted, and from which others; null for anything but a table. */
async function chooseTable(
  { kind, path }: DataPlace,
  { target, omit, category, task }: TrainArguments,
): Promise<TableChoice | null> {
  const op = "train";
  if (kind === "table" && path !== null) {
    if (target !== undefined) return { target, omit: omit ?? [], categories: category ?? [], task: task ?? null };
    const { columns } = await readTable(path, { op });
    throw new UsageFailure({
      op,
      problem: `nobody said which column of ${path} is to be predicted`,
      want: "--target with a column's name",
      got: `the columns ${listed(columns.map(({ name }) => name))}`,
    });
  }
  const given = Object.entries({ "--target": target, "--omit": omit, "--category": category, "--task": task });
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
  epochs: "--epochs",
  batchSize: "--batch-size",
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
    resume: { path, checkpoint, step, epochs: history.length },
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
