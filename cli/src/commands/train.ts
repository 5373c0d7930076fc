/**
 * `inkling train` trains a recipe on MNIST: a run from its first step, or one that was stopped, from where it stopped.
 *
 * Everything that can be wrong is checked before the run's folder is made, so that a mistake leaves nothing behind.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import { buildModel, evaluate, hashWeights, readCheckpoint, Rng, saveModel, train } from "inkling";
import type { ClassEvaluation, Engine, Model } from "inkling";
import type { ClassDataset, Splits } from "inkling/data";
import { mnist } from "inkling/digits";
import type { Recipe } from "inkling/digits";
import { writeAtomically } from "../atomic-file.ts";
import type { Colors } from "../colors.ts";
import type { RunConfiguration } from "../configuration.ts";
import { findData, testFiles, trainFiles } from "../data.ts";
import { epochText, headingLine, renderTraining } from "../display.ts";
import type { Heading } from "../display.ts";
import { startEngine } from "../engine-choice.ts";
import { fileFailure, systemCode, UsageFailure } from "../failure.ts";
import { count, percent } from "../numbers.ts";
import { collect, positiveNumber, wholeNumber } from "../option-values.ts";
import {
  asker,
  note,
  noteColors,
  printJson,
  printLines,
  withProgressLine,
  resultColors,
  resultColumns,
} from "../output.ts";
import { chooseRecipe } from "../recipe-choice.ts";
import { files, readRunConfiguration, Run, shortPath } from "../runs.ts";
import { Screen } from "../screen.ts";
import { Story } from "../story.ts";
import { clock, rounded, runTraining } from "../training.ts";
import type { Outcome, Watcher } from "../training.ts";
import { renderResult } from "../training-result.ts";

const VALIDATION = 5000; // training digits held out: enough to tell 98.5 % from 98.9 %, and a twelfth of all

export interface TrainArguments {
  set?: string[];
  data?: string;
  download?: boolean;
  epochs?: number;
  steps?: number;
  batchSize?: number;
  learningRate?: number;
  seed?: number;
  threads?: number;
  module?: "auto" | "simd" | "relaxed-simd";
  engine?: "fast" | "reference";
  validation?: number;
  test: boolean;
  out?: string;
  resume?: string;
  saveEvery: number;
  json?: boolean;
  quiet?: boolean;
}

export function define(command: Command): void {
  command
    .argument("[recipe]", "a recipe's name, or a CONFIG.json as `inkling recipe` prints it (default: mlp)")
    .option(
      "--set <path=value>",
      "change a value of the recipe, e.g. optimizer.weightDecay=0.01; may be repeated",
      collect,
    )
    .option("--data <dir>", "the folder with the four MNIST files, plain or .gz")
    .option("--download", "fetch MNIST (11.6 MB) if it is not on this machine")
    .option("--epochs <n>", "passes over the training digits; the schedule's length", wholeNumber(1))
    .option("--steps <n>", "stop after step N in all; the schedule stays as it was", wholeNumber(1))
    .option("--batch-size <n>", "digits per step", wholeNumber(1))
    .option("--learning-rate <x>", "the schedule's peak; on resume it counts from the next step", positiveNumber)
    .option("--seed <n>", "where all randomness comes from (default: 1)", wholeNumber(0))
    .option("--threads <n>", "threads to share the work, 1 to 16; results do not depend on it", wholeNumber(1, 16))
    .addOption(new Option("--module <name>", "which build of the kernels").choices(["auto", "simd", "relaxed-simd"]))
    .addOption(new Option("--engine <name>", "fast, or the readable reference").choices(["fast", "reference"]))
    .option("--validation <n>", `training digits held out, always the same (default: ${VALIDATION})`, wholeNumber(0))
    .option("--no-test", "leave the test files unopened")
    .option("--out <dir>", "the run's own folder (default: runs/<recipe>-<seed>-<n>)")
    .option("--resume <dir>", "go on with the run in this folder")
    .option("--save-every <seconds>", "seconds between checkpoints within an epoch", positiveNumber, 30)
    .option("--json", "print a JSON line per epoch and one for the result")
    .option("--quiet", "print one line, the result")
    .addHelpText(
      "after",
      `
Examples:
  npx inkling train mlp
  npx inkling train mlp --epochs 10 --seed 2 --set optimizer.weightDecay=0.02
  npx inkling train --resume runs/mlp-1-1`,
    )
    .action(run);
}

/** What will be trained, and from where on. */
interface Plan {
  configuration: RunConfiguration;
  /** Of a run that goes on. */
  resume: { path: string; checkpoint: Uint8Array | null; step: number; epochs: number } | null;
}

async function run(recipeName: string | undefined, options: TrainArguments): Promise<void> {
  const plan = options.resume === undefined ? await planNew(recipeName, options) : await planRest(recipeName, options);
  const { configuration } = plan;
  const [engine, splits] = await both(
    startEngine({
      kernels: configuration.kernels,
      module: configuration.module,
      threads: options.threads,
    }),
    readDigits(configuration, options),
  );
  if (engine.note !== null && !options.quiet) note(engine.note);
  try {
    await trainAndReport(plan, options, { engine, splits });
  } finally {
    engine.close();
  }
}

/** Both results; when one fails, the other is waited for, so that nothing goes on behind an error message. */
async function both<A extends { close(): void }, B>(engine: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([engine, other]);
  if (first.status === "rejected") throw first.reason;
  if (second.status === "rejected") {
    first.value.close();
    throw second.reason;
  }
  return [first.value, second.value];
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

async function planRest(recipeName: string | undefined, options: TrainArguments): Promise<Plan> {
  const path = options.resume as string;
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

async function readDigits(
  { data, test, validation }: RunConfiguration,
  options: TrainArguments,
): Promise<Splits<ClassDataset>> {
  const needed = test ? [...trainFiles, ...testFiles] : [...trainFiles];
  const ask = options.json || options.quiet ? null : asker();
  const { source } = await withProgressLine((report) =>
    findData({ data, download: options.download, needed, op: "train", ask, report }),
  );
  return mnist(source, { validation, test });
}

async function trainAndReport(
  { configuration, resume }: Plan,
  options: TrainArguments,
  { engine, splits }: { engine: Engine; splits: Splits<ClassDataset> },
): Promise<void> {
  const { recipe, seed, changes } = configuration;
  const model = buildModel(engine, recipe.architecture, { rng: new Rng(seed) });
  model.card = { ...model.card, classNames: splits.training.classNames, recipe, seed };

  const steps = recipe.epochs * Math.ceil(splits.training.length / recipe.batchSize);
  const lastStep = Math.min(steps, options.steps ?? Infinity);
  const step = resume?.step ?? 0;
  const change = changes.findLast((each) => each.step <= step);
  const peak = change?.learningRate ?? recipe.optimizer.learningRate;
  const stop = new AbortController();
  const training = train(model, {
    data: splits,
    batchSize: recipe.batchSize,
    epochs: recipe.epochs,
    optimizer: { ...recipe.optimizer, learningRate: peak },
    schedule: recipe.schedule,
    loss: recipe.loss,
    clipNorm: recipe.clipNorm,
    augmentation: recipe.augmentation,
    earlyStopping: recipe.earlyStopping,
    rng: new Rng(seed),
    signal: stop.signal,
    stopAfter: options.steps,
    reportEvery: Math.max(1, Math.round(1280 / recipe.batchSize)), // about every 10 ms
    checkpoint: resume?.checkpoint ?? undefined,
  });

  const folder = resume
    ? await Run.open(resume.path, resume)
    : await Run.create(options.out ?? null, `${recipe.name}-${seed}`, configuration);
  if (resume) await folder.saveConfiguration(configuration);

  const story = new Story(
    { epochs: recipe.epochs, steps, lastStep },
    { step, samples: samplesAt(step, splits, recipe) },
  );
  for (const line of folder.lines) {
    story.points.push({ step: line.step, loss: line.loss });
    if (line.validationLoss !== null) story.validation.push({ step: line.step, loss: line.validationLoss });
    story.validationAccuracy = line.validationAccuracy;
  }
  const heading = {
    recipe: recipe.name,
    seed,
    parameters: model.parameterCount,
    threads: engine.threads,
    module: engine.module,
  };
  const watcher = chooseWatcher(heading, story, options, { folder: folder.path, resumed: resume ? step : null });
  let outcome: Outcome;
  try {
    outcome = await runTraining(training, {
      model,
      run: folder,
      story,
      watcher,
      saveEverySeconds: options.saveEvery,
      stop,
    });
  } finally {
    watcher.close();
  }
  if (outcome.reason === "aborted") {
    note(`stopped after step ${count(outcome.step)} of ${count(steps)}; go on with:`);
    note(`  npx inkling train --resume ${shortPath(folder.path)}`);
    process.exitCode = 130;
    return;
  }
  await conclude({ model, splits, story, outcome, folder, options, configuration, engine });
}

/** Samples seen by the end of a step: the last batch of an epoch may be smaller. */
function samplesAt(step: number, { training }: Splits<ClassDataset>, { batchSize }: { batchSize: number }): number {
  const stepsPerEpoch = Math.ceil(training.length / batchSize);
  return Math.floor(step / stepsPerEpoch) * training.length + (step % stepsPerEpoch) * batchSize;
}

/** Judges the model, saves it, and prints what came of it. */
async function conclude({
  model,
  splits,
  story,
  outcome,
  folder,
  options,
  configuration,
  engine,
}: {
  model: Model;
  splits: Splits<ClassDataset>;
  story: Story;
  outcome: Outcome;
  folder: Run;
  options: TrainArguments;
  configuration: RunConfiguration;
  engine: Engine;
}): Promise<void> {
  const { recipe, seed } = configuration;
  const validationAccuracy = await lastValidation(model, splits, { outcome, folder, recipe });
  const test: ClassEvaluation | null = splits.test && (await evaluate(model, splits.test));
  const weights = await hashWeights(model);
  await writeAtomically(folder.file("model"), saveModel(model));

  const result = {
    recipe: recipe.name,
    seed,
    epochs: recipe.epochs,
    steps: outcome.step,
    parameters: model.parameterCount,
    seconds: rounded(clock(), 3),
    trainSeconds: rounded(story.learningSeconds, 3),
    imagesPerSecond: Math.round(story.imagesPerSecond),
    validationAccuracy,
    testAccuracy: test?.accuracy ?? null,
    weights,
    module: engine.module,
    threads: engine.threads,
    run: shortPath(folder.path),
  };
  if (options.json) return printJson(result);
  if (options.quiet) {
    const accuracy = test
      ? `test ${percent(test.accuracy)}`
      : `validation ${percent(validationAccuracy ?? Number.NaN)}`;
    return printLines([`${result.run}  ${test || validationAccuracy !== null ? accuracy : "trained"}`]);
  }
  const view = { ...result, plannedSteps: story.steps, seconds: story.seconds, test, testData: splits.test };
  printLines(renderResult(view, { columns: resultColumns(), colors: resultColors() }));
}

/** The accuracy of the weights as they are now: known from the last epoch unless training ended in the midst of one. */
async function lastValidation(
  model: Model,
  { validation }: Splits<ClassDataset>,
  { outcome, folder, recipe: { earlyStopping } }: { outcome: Outcome; folder: Run; recipe: Recipe },
): Promise<number | null> {
  if (validation === null) return null;
  const last = folder.lines.at(-1);
  // with early stopping, the weights at the end are those of the best epoch, not of the last
  const isLast = last?.step === outcome.step && (!earlyStopping || outcome.reason === "stopped");
  if (isLast) return last.validationAccuracy;
  return (await evaluate(model, validation)).accuracy;
}

/** A live block on a terminal, plain lines elsewhere, JSON lines with --json, nothing with --quiet. */
function chooseWatcher(
  heading: Heading,
  story: Story,
  options: TrainArguments,
  { folder, resumed }: { folder: string; resumed: number | null },
): Watcher & { close(): void } {
  const colors = noteColors();
  const json = (line: object) => {
    if (options.json) printJson(line);
  };
  if (options.quiet) return { progress() {}, epoch: json, stopping() {}, close() {} };

  const where = resumed === null ? shortPath(folder) : `${shortPath(folder)}, from step ${count(resumed)}`;
  const dumb = process.env.TERM === "dumb";
  // JSON lines on the same terminal would run into the block
  if (process.stderr.isTTY && !dumb && !(options.json && process.stdout.isTTY)) {
    return liveWatcher(new Screen(process.stderr), story, { heading, where, colors, json });
  }
  if (!options.json) note(`${headingLine(heading, colors)}   ${colors.dim(where)}`);
  return {
    progress() {},
    epoch(line) {
      json(line);
      if (!options.json) note(epochText(line, { epochs: story.epochs, colors }));
    },
    stopping: () => note("stopping after this step; Ctrl-C again ends at once"),
    close() {},
  };
}

function liveWatcher(
  screen: Screen,
  story: Story,
  { heading, where, colors, json }: { heading: Heading; where: string; colors: Colors; json: (line: object) => void },
): Watcher & { close(): void } {
  let stopping = false;
  const lines = () =>
    renderTraining(story, {
      columns: screen.columns,
      colors,
      note: stopping ? "saving after this step; Ctrl-C again ends at once" : null,
    });
  screen.print("");
  screen.print(`  ${headingLine(heading, colors)}   ${colors.dim(where)}`);
  screen.print("");
  screen.draw(lines, { now: true });
  return {
    progress: () => screen.draw(lines),
    epoch(line) {
      json(line);
      screen.print(`  ${epochText(line, { epochs: story.epochs, colors, brief: true })}`);
      screen.draw(lines, { now: true });
    },
    stopping() {
      stopping = true;
      screen.draw(lines, { now: true });
    },
    close() {
      screen.draw(lines, { now: true });
      screen.close();
    },
  };
}
