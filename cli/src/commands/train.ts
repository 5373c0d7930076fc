/**
 * `inkling train` trains a recipe on digits, a table or pictures: a run from its first step, or one that was stopped,
 * from where it stopped.
 *
 * Everything that can be wrong is checked before the run's folder is made, so that a mistake leaves nothing behind.
 */
import { Option } from "commander";
import type { Command } from "commander";
import { buildModel, learningRateRange, Rng, train } from "inkling";
import type { Engine, Model } from "inkling";
import type { Splits } from "inkling/data";
import { trainingOf } from "inkling/digits";
import { addEngineOptions, startEngine } from "../engine-choice.ts";
import { onInterrupt } from "../interrupt.ts";
import { rateText, renderRange } from "../learning-rate-view.ts";
import { nounFor } from "../measures.ts";
import { REFUSED_SHARE } from "../model-limits.ts";
import { Failure } from "../failure.ts";
import { count, plural } from "../numbers.ts";
import { collect, fractionOfOne, missingOption, positiveNumber, wholeNumber } from "../option-values.ts";
import {
  asker,
  folded,
  note,
  printJson,
  printLines,
  resultColors,
  resultColumns,
  withProgressLine,
} from "../output.ts";
import type { RunConfiguration } from "../run-configuration.ts";
import { inQuotes, Run, shortPath } from "../runs.ts";
import { Story } from "../story.ts";
import { conclude } from "../training-conclusion.ts";
import { aboutSize, checkSameData, fitRecipe, readTrainingData } from "../training-data.ts";
import type { TrainingData } from "../training-data.ts";
import { planTraining } from "../training-plan.ts";
import type { Plan, Resumption, TrainArguments } from "../training-plan.ts";
import { chooseWatcher } from "../training-watchers.ts";
import { runTraining } from "../training.ts";
import type { Outcome } from "../training.ts";

export function define(command: Command): void {
  command
    .argument(
      "[recipe]",
      "a recipe's name, or a CONFIG.json as `inkling recipe` prints it (default: mlp; for tables: table, for pictures: cnn)",
    )
    .option(
      "--set <path=value>",
      "change a value of the recipe, e.g. optimizer.weightDecay=0.01; may be repeated",
      collect,
    )
    .option(
      "--data <path>",
      "a CSV file, a folder with a sub-folder of pictures for each class, or one with the MNIST files",
    )
    .option("--target <column>", "of a CSV file: the column to predict")
    .option("--omit <column>", "of a CSV file: a column to leave out; may be repeated", collect)
    .option("--category <column>", "of a CSV file: a column of numbers that are names; may be repeated", collect)
    .addOption(
      new Option(
        "--task <name>",
        "of a CSV file: predict classes, or a number (default: what the column looks like)",
      ).choices(["classification", "regression"]),
    )
    .addOption(missingOption())
    .option("--download", "fetch MNIST (11.6 MB) if it is not on this machine")
    .option("--epochs <n>", "passes over the training samples; the schedule's length", wholeNumber(1))
    .option("--steps <n>", "stop after step N in all; the schedule stays as it was", wholeNumber(1))
    .option("--batch-size <n>", "samples per step", wholeNumber(1))
    .option("--learning-rate <x>", "the schedule's peak; on resume it counts from the next step", positiveNumber)
    .option("--find-learning-rate", "try all rates in a short training, show the loss over them, and keep nothing")
    .option("--seed <n>", "where all randomness comes from (default: 1)", wholeNumber(0));
  addEngineOptions(command)
    .option("--validation <n>", "samples held out, always the same (default: 5000 digits, or a tenth)", wholeNumber(0))
    .option(
      "--refuse <part>",
      "of digits: the part that may be refused as no digits, judged by those held out, 0 to below 1; 0: nothing is",
      fractionOfOne,
      REFUSED_SHARE,
    )
    .option("--no-test", "do not look at the test samples: MNIST's own, or a fifth of other data")
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
  npx inkling train --data houses.csv --target price --omit address
  npx inkling train --data animals            with animals/cat/1.png, animals/dog/2.jpg, …
  npx inkling train --resume runs/mlp-1-1`,
    )
    .action(run);
}

async function run(recipeName: string | undefined, options: TrainArguments): Promise<void> {
  const plan = await planTraining(recipeName, options);
  const { configuration } = plan;
  if (plan.resume?.finished) return sayFinished(plan.resume, configuration, options);
  const { findLearningRate } = options;
  const [engine, data] = await both(
    startEngine({ ...options, engine: configuration.kernels, module: configuration.module }),
    readTrainingData(configuration, {
      op: "train",
      download: options.download,
      ask: options.json || options.quiet ? null : asker(),
    }),
  );
  try {
    if (findLearningRate) await findRate(plan, options, { engine, data });
    else await trainAndReport(plan, options, { engine, data });
  } catch (error) {
    throw data.kind === "images" ? await aboutSize(error, data) : error;
  } finally {
    engine.close();
  }
}

/** Of a run that has nothing left to do: it is not trained, and its test samples are not looked at once more. */
function sayFinished(
  { path, step }: Resumption,
  { recipe, seed }: RunConfiguration,
  { json, quiet }: TrainArguments,
): void {
  const folder = shortPath(path);
  if (json)
    return printJson({ recipe: recipe.name, seed, epochs: recipe.epochs, steps: step, run: folder, finished: true });
  printLines([
    `${folder} is finished: ${plural(step, "step")} made, the model is written`,
    ...(quiet ? [] : [`  npx inkling evaluate --model ${inQuotes(folder)}   judges it`]),
  ]);
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

/** A model of the plan, with its starting weights. */
function startingModel(
  { configuration: { recipe, seed } }: Pick<Plan, "configuration">,
  { engine, data }: { engine: Engine; data: TrainingData },
): Model {
  const model = buildModel(engine, recipe.architecture, { rng: new Rng(seed) });
  const preprocessing = { ...model.card.preprocessing, table: data.encoding };
  model.card = { ...model.card, preprocessing, recipe, seed };
  return model;
}

/** The range test: no run is made, and nothing is written. */
async function findRate(
  plan: Plan,
  options: TrainArguments,
  { engine, data }: { engine: Engine; data: TrainingData },
): Promise<void> {
  const settled = settle(plan, data);
  const { recipe, seed } = settled.configuration;
  const remarks = engine.note === null ? settled.notes : [engine.note, ...settled.notes];
  if (!options.quiet) for (const text of remarks) note(text);
  const model = startingModel(settled, { engine, data });
  const { epochs: _, schedule: __, averaging: ___, earlyStopping: ____, ...choices } = trainingOf(recipe);
  const stop = new AbortController();
  const forget = onInterrupt({ first: () => stop.abort(), again: () => process.exit(130) });
  try {
    const range = await withProgressLine((report) => {
      report("trying learning rates");
      return learningRateRange(model, { ...choices, data: data.splits, rng: new Rng(seed), signal: stop.signal });
    });
    if (range.points.length === 0 && !stop.signal.aborted) {
      throw new Failure({
        op: "train",
        problem: "the loss is not finite from the first step on, at any learning rate",
        want: "a network whose starting weights give a finite loss",
      });
    }
    if (stop.signal.aborted) process.exitCode = 130;
    if (options.json) return printJson({ recipe: recipe.name, seed, ...range });
    if (range.points.length === 0) return;
    const rate = range.suggestion === null ? "no rate made the loss fall" : rateText(range.suggestion);
    printLines(options.quiet ? [rate] : renderRange(range, { columns: resultColumns(), colors: resultColors() }));
  } finally {
    forget();
  }
}

async function trainAndReport(
  plan: Plan,
  options: TrainArguments,
  { engine, data }: { engine: Engine; data: TrainingData },
): Promise<void> {
  const { splits } = data;
  const { configuration, resume, notes } = settle(plan, data);
  const { recipe, seed, changes } = configuration;
  const model = startingModel({ configuration }, { engine, data });

  const steps = recipe.epochs * Math.ceil(splits.training.length / recipe.batchSize);
  const lastStep = Math.min(steps, options.steps ?? Infinity);
  const step = resume?.step ?? 0;
  const change = changes.findLast((each) => each.step <= step);
  const peak = change?.learningRate ?? recipe.optimizer.learningRate;
  const stop = new AbortController();
  const training = train(model, {
    ...trainingOf(recipe),
    data: splits,
    optimizer: { ...recipe.optimizer, learningRate: peak },
    rng: new Rng(seed),
    signal: stop.signal,
    stopAfter: options.steps,
    reportEvery: Math.max(1, Math.round(1280 / recipe.batchSize)), // about every 10 ms
    checkpoint: resume?.checkpoint?.bytes,
  });

  const folder = resume
    ? await Run.open(resume.path, resume)
    : await Run.create(options.out ?? null, `${recipe.name}-${seed}`, configuration);
  if (resume) await folder.saveConfiguration(configuration);
  // not before: remarks on a training that does not come to be would hide what is wrong with it
  const remarks = engine.note === null ? notes : [engine.note, ...notes];
  if (!options.quiet) for (const text of remarks) note(text);

  const story = new Story(
    { epochs: recipe.epochs, steps, lastStep, noun: nounFor(splits.training) },
    { step, samples: samplesAt(step, splits, recipe) },
  );
  story.recall(folder.lines);
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
  await conclude({ model, data, story, outcome, folder, options, configuration });
}

/** The plan with the recipe made to fit the data; of a run that goes on, the data as they were when it began. */
function settle({ configuration, free, resume }: Plan, data: TrainingData): Plan & { notes: readonly string[] } {
  if (resume) {
    if (resume.checkpoint) {
      const { identity, card } = resume.checkpoint.header;
      checkSameData({ samples: identity.samples, card }, data, { op: "train", path: configuration.data });
    }
    return { configuration, free, resume, notes: [] };
  }
  const { recipe, notes } = fitRecipe(configuration.recipe, data, { path: configuration.data, free });
  return { configuration: { ...configuration, recipe }, free, resume, notes: folded([...data.notes, ...notes]) };
}

/** Samples seen by the end of a step: the last batch of an epoch may be smaller. */
function samplesAt(step: number, { training }: Splits, { batchSize }: { batchSize: number }): number {
  const stepsPerEpoch = Math.ceil(training.length / batchSize);
  return Math.floor(step / stepsPerEpoch) * training.length + (step % stepsPerEpoch) * batchSize;
}
