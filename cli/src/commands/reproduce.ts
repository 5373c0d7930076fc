/**
 * `inkling reproduce` trains a recipe with several seeds and says what came of all of them: one good seed is luck. What is
 * done is kept, so that a row that was broken off goes on, and nothing is trained twice.
 */
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { FormatError, hashWeights, loadModel } from "inkling";
import type { Model } from "inkling";
import type { ClassDataset, Splits } from "inkling/data";
import { ensemble, recipeNames } from "inkling/digits";
import type { EnsembleRecipe } from "inkling/digits";
import { writeAtomically } from "../atomic-file.ts";
import { addEngineOptions, startEngine } from "../engine-choice.ts";
import type { EngineArguments } from "../engine-choice.ts";
import { fileFailure, UsageFailure } from "../failure.ts";
import { onInterrupt } from "../interrupt.ts";
import { duration, percent, plural } from "../numbers.ts";
import { collect, wholeNumber } from "../option-values.ts";
import { note, printJson, printLines, resultColors, withProgressLine } from "../output.ts";
import { chooseRecipe } from "../recipe-choice.ts";
import { finished, findBasis, trainSeed } from "../reproduction.ts";
import type { Experiment, Progress } from "../reproduction.ts";
import { Results } from "../results.ts";
import type { SeedResult } from "../results.ts";
import type { RunConfiguration } from "../run-configuration.ts";
import { markdownRows, seedLine, summarize, summaryLines } from "../results-view.ts";
import type { ResultRow } from "../results-view.ts";
import { shortPath } from "../runs.ts";
import { areClothes, readTrainingData } from "../training-data.ts";

interface ReproduceArguments extends EngineArguments {
  seeds?: number;
  set?: string[];
  data?: string;
  download?: boolean;
  validation?: number;
  out: string;
  weights?: string;
  table?: boolean;
  json?: boolean;
}

/** Enough to see how much is luck. */
const USUAL_SEEDS = 3;

export function define(command: Command): void {
  command
    .argument("[recipe]", "a recipe's name, `ensemble`, or a CONFIG.json as `inkling recipe` prints it")
    .option(
      "--seeds <n>",
      `train seeds 1 to N (default: ${USUAL_SEEDS}; of the ensemble, its members')`,
      wholeNumber(1, 1000),
    )
    .option("--set <path=value>", "change a value of the recipe; may be repeated", collect)
    .option("--data <dir>", "the folder of the four files (default: MNIST, where `train` finds it)")
    .option("--download", "fetch MNIST (11.6 MB) if it is not on this machine")
    .option("--validation <n>", "samples held out, always the same (default: 5000)", wholeNumber(0))
    .option("--out <dir>", "where results are kept", "results");
  addEngineOptions(command)
    .option(
      "--weights <dir>",
      "write seed 1's network there too, as RECIPE.safetensors; one that is there learns anew what to refuse, no more",
    )
    .option("--table", "train nothing; print what is kept in <out> as a table in Markdown")
    .option("--json", "print a JSON line per seed and one for all of them")
    .addHelpText(
      "after",
      `
Results stand in <out>/<recipe>.jsonl, a line a seed, beside what each network said about the test samples.
A seed that stands there is not trained again, unless recipe, data or the engine's bits have changed.

Examples:
  npx inkling reproduce mlp --seeds 5
  npx inkling reproduce cnn --seeds 3 --set epochs=10 --out trials`,
    )
    .action(run);
}

async function run(recipeName: string | undefined, options: ReproduceArguments): Promise<void> {
  if (options.table) return printTable(options.out);
  if (recipeName === undefined) {
    throw new UsageFailure({
      op: "reproduce",
      problem: "no recipe was named",
      want: `one of ${recipeNames.join(", ")}, ${ensemble.name}, or the path of a JSON file`,
      fix: "npx inkling reproduce mlp",
    });
  }
  const voting = recipeName === ensemble.name ? ensemble : null;
  const seeds = options.seeds ?? voting?.seeds.length ?? USUAL_SEEDS;
  const recipe = await chooseRecipe(voting?.member ?? recipeName, { op: "reproduce", assignments: options.set ?? [] });
  checkIsForDigits(recipe.data === "mnist", { recipe, options });
  const splits = await readDigits(options, recipe);
  const engine = await startEngine(options);
  const stop = new AbortController();
  const forget = onInterrupt({ first: () => stop.abort(), again: () => process.exit(130) });
  try {
    await reproduce({ engine, recipe, splits, signal: stop.signal }, { ...options, seeds, voting });
  } finally {
    forget();
    engine.close();
  }
}

async function readDigits(options: ReproduceArguments, recipe: Experiment["recipe"]): Promise<Splits<ClassDataset>> {
  const { data, download, validation } = options;
  const configuration: RunConfiguration = {
    ...{ recipe, seed: 1, validation: validation ?? null, test: true, data: data ?? null },
    ...{ kernels: "fast", module: "auto", changes: [] },
  };
  const { kind, splits } = await readTrainingData(configuration, { op: "train", download, ask: null });
  checkIsForDigits(kind === "digits", { recipe, options });
  return splits as Splits<ClassDataset>;
}

function checkIsForDigits(
  isSo: boolean,
  { recipe, options }: { recipe: Experiment["recipe"]; options: ReproduceArguments },
): void {
  if (isSo) return;
  throw new UsageFailure({
    op: "reproduce",
    problem: `the recipe ${recipe.name} on ${options.data ?? "MNIST"} is not one for pictures with a test set of their own`,
    want: "a recipe for digits, and MNIST or another set in its four files",
  });
}

/** All results of a folder, a row for each recipe, and one for the ensemble where all its members are there. */
async function printTable(folder: string): Promise<void> {
  const names = (await Results.names(folder)).toSorted((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
  const rows = await Promise.all(
    names.map(async (name) => {
      const results = await Results.open(folder, name);
      const groups = await Promise.all(results.groups.map((lines) => rowsOf(name, lines, results)));
      return groups.flat();
    }),
  );
  printLines(markdownRows(rows.flat()));
}

async function rowsOf(name: string, lines: readonly SeedResult[], results: Results): Promise<ResultRow[]> {
  const own = await rowOf(name, lines, results);
  const members = lines.filter(({ seed }) => ensemble.seeds.includes(seed));
  if (name !== ensemble.member || members.length < ensemble.seeds.length) return [own];
  return [own, { ...(await rowOf(ensemble.name, members, results)), member: name }];
}

async function rowOf(name: string, lines: readonly SeedResult[], results: Results): Promise<ResultRow> {
  const answers = await Promise.all(lines.map((line) => results.answers(line)));
  const [{ module, weights }] = lines;
  return { name, module, weights, summary: summarize(lines, answers) };
}

/** Recipes in the order in which they are listed, others after them. */
function placeOf(name: string): number {
  const place = recipeNames.indexOf(name);
  return place < 0 ? recipeNames.length : place;
}

async function reproduce(
  experiment: Experiment,
  options: ReproduceArguments & { seeds: number; voting: EnsembleRecipe | null },
): Promise<void> {
  const { engine, recipe, signal } = experiment;
  const { seeds, out, json, data, voting } = options;
  const colors = resultColors();
  const name = areClothes(data ?? null) ? `${recipe.name}-fashion` : recipe.name;
  const results = await Results.open(out, name);
  const basis = await withProgressLine((report) => {
    report("looking what results rest on");
    return findBasis(experiment);
  });
  const outdated = results.outdated(basis, engine.module ?? "reference");
  if (outdated > 0) {
    note(
      `${plural(outdated, "result")} in ${shortPath(results.path)} ${outdated === 1 ? "is" : "are"} of another recipe, other data or an older engine, and will be replaced seed by seed`,
    );
  }
  for (let seed = 1; seed <= seeds && !signal.aborted; seed++) {
    const known = results.of(basis).find((line) => line.seed === seed);
    const file = seed === 1 && options.weights !== undefined ? join(options.weights, `${name}.safetensors`) : null;
    let line = known;
    let model = known && file ? await readKept(file, experiment, known) : null;
    if (known === undefined || (file !== null && model === null)) {
      const done = await withProgress((report) =>
        trainSeed(experiment, {
          ...{ seed, basis },
          report: (progress) => report(progressText(experiment, { seed, seeds }, progress)),
        }),
      );
      if (done === null) break;
      line = await results.add(done.line, done.answers);
      ({ model } = done);
    }
    if (file !== null && model !== null) await keepWeights(file, await finished(model, experiment, seed));
    if (json) printJson(line);
    else if (line) printLines([seedLine(line, colors)]);
  }
  if (signal.aborted) {
    note("stopped; the same command goes on with the seed that was running");
    process.exitCode = 130;
    return;
  }
  const lines = results.of(basis).filter(({ seed }) => seed <= seeds);
  const answers = await Promise.all(lines.map((each) => results.answers(each)));
  const summary = summarize(lines, answers);
  if (json) printJson({ recipe: voting?.name ?? name, ...summary, results: results.path });
  else printLines(summaryLines(name, summary, colors));
}

/** The network of a seed as it was written before; null when there is none, or none with the weights that its line names. */
async function readKept(file: string, { engine, recipe }: Experiment, { weights }: SeedResult): Promise<Model | null> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return null;
  try {
    const model = loadModel(engine, bytes, { file });
    model.card = { ...model.card, recipe };
    return (await hashWeights(model)) === weights ? model : null;
  } catch (error) {
    // of an older format: it is made anew
    if (error instanceof FormatError) return null;
    throw error;
  }
}

async function keepWeights(file: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileFailure(error, { op: "reproduce", path: folder });
  });
  await writeAtomically(file, bytes);
}

/** One line that is written over, or, where nobody watches, one at the beginning of each epoch. */
function withProgress<T>(task: (report: (text: ProgressText) => void) => Promise<T>): Promise<T> {
  let last = "";
  return withProgressLine((show) =>
    task(({ place, state }) => {
      show(`${place} · ${state}`);
      if (!process.stderr.isTTY && place !== last) note(`${place} · ${state}`);
      last = place;
    }),
  );
}

interface ProgressText {
  place: string;
  state: string;
}

function progressText(
  { recipe }: Experiment,
  { seed, seeds }: { seed: number; seeds: number },
  { epoch, seconds, validationAccuracy }: Progress,
): ProgressText {
  const validation = validationAccuracy === null ? "" : ` · validation ${percent(validationAccuracy)}`;
  return {
    place: `seed ${seed} of ${seeds} · epoch ${epoch} of ${recipe.epochs}`,
    state: `${duration(seconds)}${validation}`,
  };
}
