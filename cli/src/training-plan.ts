/**
 * What a training will do, put together from its options before anything is done: a run from its first step, or one that
 * was stopped, from where it stopped.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readCheckpoint } from "inkling";
import type { EngineArguments } from "./engine-choice.ts";
import { fileFailure, systemCode, UsageFailure } from "./failure.ts";
import { count } from "./numbers.ts";
import { chooseRecipe } from "./recipe-choice.ts";
import type { RunConfiguration } from "./run-configuration.ts";
import { files, readRunConfiguration } from "./runs.ts";

export const VALIDATION = 5000; // training digits held out: enough to tell 98.5 % from 98.9 %, and a twelfth of all

/** The options of `inkling train`. */
export interface TrainArguments extends EngineArguments {
  set?: string[];
  data?: string;
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

/** What will be trained, and from where on. */
export interface Plan {
  configuration: RunConfiguration;
  /** Of a run that goes on. */
  resume: { path: string; checkpoint: Uint8Array | null; step: number; epochs: number } | null;
}

/** @throws {UsageFailure} when the options do not go together */
export function planTraining(recipeName: string | undefined, options: TrainArguments): Promise<Plan> {
  const { resume } = options;
  return resume === undefined ? planNew(recipeName, options) : planRest(recipeName, { ...options, resume });
}

async function planNew(recipeName = "mlp", options: TrainArguments): Promise<Plan> {
  const recipe = await chooseRecipe(recipeName, { op: "train", assignments: options.set ?? [] });
  recipe.epochs = options.epochs ?? recipe.epochs;
  recipe.batchSize = options.batchSize ?? recipe.batchSize;
  recipe.optimizer.learningRate = options.learningRate ?? recipe.optimizer.learningRate;
  return {
    resume: null,
    configuration: {
      recipe,
      seed: options.seed ?? 1,
      validation: options.validation ?? VALIDATION,
      test: options.test,
      data: options.data === undefined ? null : resolve(options.data),
      kernels: options.engine ?? "fast",
      module: options.module ?? "auto",
      changes: [],
    },
  };
}

/** What a run that goes on may not change: it would be another run. */
const fixed = {
  set: "--set",
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
  const checkpoint = await readFile(file).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return null; // it was killed before its first one
    throw fileFailure(error, { op: "train", path: file });
  });
  const position = checkpoint === null ? null : readCheckpoint(checkpoint, { file }).position;
  const step = position?.step ?? 0;
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
    resume: { path, checkpoint, step, epochs: position?.history.length ?? 0 },
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
