/** `inkling info` says what a run, a model file or a checkpoint is: made of what, by which recipe, how it went. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import {
  buildModel,
  createEngine,
  formatSummary,
  hashWeights,
  loadModel,
  readCheckpoint,
  readModelFile,
  Rng,
  summarize,
} from "inkling";
import type { Architecture, ModelCard } from "inkling";
import type { ColumnEncoding, TableEncoding } from "inkling/data";
import { findRecipe, recipeNames, recipes } from "inkling/digits";
import type { Recipe } from "inkling/digits";
import type { ModelFile } from "inkling/formats";
import { fitArchitecture } from "inkling/nn";
import { sparkline } from "../chart.ts";
import { widthOf } from "../colors.ts";
import type { Colors } from "../colors.ts";
import { addEngineOptions, startEngine } from "../engine-choice.ts";
import type { EngineArguments } from "../engine-choice.ts";
import { Failure, fileFailure } from "../failure.ts";
import { shippedModel } from "../models.ts";
import { isMeasured, measureText, validationOf } from "../measures.ts";
import type { Measures } from "../measures.ts";
import { count, lossText, plural } from "../numbers.ts";
import { note, printJson, printLines, resultColors, resultColumns } from "../output.ts";
import { planLines, plansOf } from "../plans.ts";
import { printable } from "../printable.ts";
import { files, findRuns, readMetrics, readRunConfiguration, resumeCommand, RUNS } from "../runs.ts";

export function define(command: Command): void {
  command
    .argument(
      "[path]",
      "a run's folder, a model file, a checkpoint, a model that comes with Inkling, or a recipe (default: the newest run in runs/)",
    )
    .option(
      "--plan",
      "also list what the machine does in a step of training and to predict one sample, and for how long",
    )
    .option("--json", "print one line of JSON");
  addEngineOptions(command).action(run);
}

interface InfoOptions extends EngineArguments {
  plan?: boolean;
  json?: boolean;
}

/** What goes in and what comes out. */
interface Purpose {
  task: ModelCard["task"];
  classNames: readonly string[];
  targetNames: readonly string[];
  /** Of a model of tables: its columns. */
  table: TableEncoding | null;
}

/** How far a model can be trusted, and what made it. */
interface Limits extends Pick<ModelCard, "temperature" | "origin"> {
  /** Units of the head that tells junk from digits, and its threshold; null for a model that refuses nothing. */
  refusal: ModelFile["refusal"];
}

/** What is known of the thing at a path. */
interface Facts {
  path: string;
  kind: "run" | "model" | "checkpoint" | "shipped" | "recipe";
  architecture: Architecture;
  recipe: unknown;
  seed: number | null;
  /** Updates made; null when the file does not say. */
  step: number | null;
  history: readonly unknown[];
  /** What the results are about; null for a run that has neither checkpoint nor model yet. */
  purpose: Purpose | null;
  /** What it says of itself, beside what a recipe does; null where there is no model yet. */
  limits: Limits | null;
  /** The bytes of its model file, with the file's name; null when there is no model yet. */
  model: { bytes: Uint8Array; file: string } | null;
}

async function run(path: string | undefined, { plan, json, ...engineOptions }: InfoOptions): Promise<void> {
  const chosen = path ?? (await findRuns())[0]?.folder;
  if (chosen === undefined) {
    throw new Failure({
      op: "info",
      problem: `there is no run in ${RUNS}/ yet`,
      want: "the path of a run, a model file or a checkpoint",
      fix: "train one first: npx inkling train mlp",
    });
  }
  if (path === undefined) note(`run: ${chosen}`);
  const { model: stored, ...facts } = await readFacts(chosen);

  // the readable kernels start at once, and but for a plan nothing is computed here
  const engine = plan ? await startEngine(engineOptions) : await createEngine({ kernels: "reference" });
  const model = stored
    ? loadModel(engine, stored.bytes, { file: stored.file })
    : buildModel(engine, facts.architecture, { rng: new Rng(0) });
  const summary = summarize(model);
  const weights = stored ? await hashWeights(model) : null;
  const plans = plan ? plansOf(model, facts.recipe as Partial<Recipe> | null) : null;
  engine.close();
  if (json) {
    const { purpose, limits, ...rest } = facts;
    return printJson({
      ...rest,
      ...purpose,
      ...limits,
      weights,
      parameters: summary.parameters,
      flops: summary.flops,
      plans,
    });
  }
  const unfinished = facts.kind === "run" && !stored;
  const colors = resultColors();
  printLines(render({ ...facts, weights, unfinished }, formatSummary(summary), colors));
  if (plans !== null) printLines(planLines(plans, engine, colors));
}

async function readFacts(path: string): Promise<Facts> {
  const shipped = await shippedModel(path);
  if (shipped !== null) return modelFacts(path, "shipped", shipped.bytes);
  if (recipeNames.includes(path)) {
    const recipe = findRecipe(path);
    const { architecture } = recipe;
    const nothing = { seed: null, step: null, history: [], purpose: null, limits: null, model: null };
    return { path, kind: "recipe", architecture, recipe, ...nothing };
  }
  const found = await stat(path).catch((error: unknown) => {
    throw fileFailure(error, { op: "info", path });
  });
  if (found.isDirectory()) return readRun(path);

  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileFailure(error, { op: "info", path });
  });
  if (isCheckpoint(bytes)) {
    const { position, architecture, card } = readCheckpoint(bytes, { file: path });
    return { path, kind: "checkpoint", architecture, ...factsOf(card), step: position.step, limits: null, model: null };
  }
  return modelFacts(path, "model", bytes);
}

function modelFacts(path: string, kind: "model" | "shipped", bytes: Uint8Array): Facts {
  const content = readModelFile(bytes, { file: path });
  const { architecture, card } = content;
  const model = { bytes, file: path };
  return { path, kind, architecture, ...factsOf(card), step: null, limits: limitsOf(content), model };
}

function limitsOf({ card: { temperature, origin }, refusal }: ModelFile): Limits {
  return { temperature, refusal, origin };
}

async function readRun(path: string): Promise<Facts> {
  const { recipe, seed } = await readRunConfiguration(path, { op: "info" });
  const [checkpointFile, modelFile] = [join(path, files.checkpoint), join(path, files.model)];
  const checkpoint = await readFile(checkpointFile).catch(() => null);
  const model = await readFile(modelFile).catch(() => null);
  const saved = checkpoint && readCheckpoint(checkpoint, { file: checkpointFile });
  const content = model && readModelFile(model, { file: modelFile });
  const card = content?.card ?? saved?.card;
  return {
    path,
    kind: "run",
    architecture: recipe.architecture,
    recipe,
    seed,
    step: saved?.position.step ?? 0,
    history: await readMetrics(path),
    purpose: card ? purposeOf(card) : null,
    limits: content && limitsOf(content),
    model: model && { bytes: model, file: modelFile },
  };
}

function factsOf(card: ModelCard): Pick<Facts, "recipe" | "seed" | "history" | "purpose"> {
  const { recipe, seed, history } = card;
  return { recipe, seed, history, purpose: purposeOf(card) };
}

function purposeOf({ task, classNames, targetNames, preprocessing: { table } }: ModelCard): Purpose {
  return { task, classNames, targetNames, table };
}

/** Checkpoints and models are both safetensors; the header, which stands first, says which. */
function isCheckpoint(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(8, 4096)).includes('"inkling-checkpoint"');
}

function render(
  facts: Omit<Facts, "model"> & { weights: string | null; unfinished: boolean },
  table: string,
  colors: Colors,
): string[] {
  const recipe = facts.recipe as Partial<Recipe> | null;
  const recipeName: unknown = recipe?.name ?? "?"; // whatever the file says
  const [heading, ...rows] = table.split("\n");
  const pairs: [string, string | null][] = [
    [facts.kind, printable(facts.path)],
    ["state", facts.unfinished ? `not finished; to go on: ${printable(resumeCommand(facts.path))}` : null],
    ["recipe", recipe && `${printable(String(recipeName))}${colors.dim(` · ${originOf(recipe)}`)}`],
    ...purposePairs(facts.purpose),
    ["seed", facts.seed === null ? null : String(facts.seed)],
    ["optimizer", recipe?.optimizer ? describe(recipe.optimizer) : null],
    ["schedule", recipe?.schedule ? describe(recipe.schedule) : null],
    ["augmented", describeAll(recipe?.augmentation)],
    ["step", facts.step === null ? null : count(facts.step)],
    ...limitPairs(facts.limits),
  ];
  return [
    "",
    ...pairs.flatMap(([name, value]) => (value === null ? [] : wrapped(name, value, colors))),
    ...(facts.weights === null ? [] : [`  ${colors.bold("weights")}`, `  ${facts.weights}`]), // too long for a second column
    "",
    `  ${colors.dim(heading)}`,
    ...rows.map((row) => `  ${row}`),
    "",
    ...historyLines(facts.history, colors),
  ];
}

function limitPairs(limits: Limits | null): [string, string | null][] {
  if (limits === null) return [];
  const { temperature, refusal, origin } = limits;
  return [
    ["calibrated", temperature === 1 ? null : `its logits are divided by ${temperature.toFixed(3)}`],
    ["refuses", refusal && `what is no digit, by a head of ${plural(refusal.units, "unit")}`],
    [
      "made by",
      origin &&
        `${origin.module ?? "the readable kernels"}${origin.commit === null ? "" : ` at commit ${printable(origin.commit)}`}`,
    ],
  ];
}

/** A description on one line: `adamw, learningRate 0.006, beta1 0.9` */
function describe(description: object): string {
  const { type, ...settings } = description as { type?: string } & Record<string, unknown>;
  return printable([type, ...Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`)].join(", "));
}

/** Descriptions on one line, or null where a file has none. */
function describeAll(descriptions: unknown): string | null {
  if (!Array.isArray(descriptions)) return null;
  const known = descriptions.filter((each: unknown): each is object => typeof each === "object" && each !== null);
  return known.length === 0 ? null : known.map(describe).join("; ");
}

/** What goes in and what comes out, where that is more than a digit. */
function purposePairs(purpose: Purpose | null): [string, string | null][] {
  if (purpose === null) return [];
  const { task, table } = purpose;
  const [classNames, targetNames] = [purpose.classNames, purpose.targetNames].map((names) =>
    names.map((name) => printable(name)),
  );
  const column = ({ name, ...encoding }: ColumnEncoding) =>
    encoding.kind === "number" ? printable(name) : `${printable(name)} (${plural(encoding.values.length, "value")})`;
  return [
    ["predicts", task === "regression" ? targetNames.join(", ") : table ? printable(table.target.name) : null],
    ["classes", task === "classification" && classNames.length > 0 ? classNames.join(", ") : null],
    ["columns", table && table.inputs.map(column).join(", ")],
  ];
}

/** A value after its name; a long list goes on below itself. */
function wrapped(name: string, value: string, colors: Colors): string[] {
  const width = Math.max(40, resultColumns() - 14);
  const lines = [""];
  for (const word of value.split(", ")) {
    const last = lines[lines.length - 1];
    const longer = last === "" ? word : `${last}, ${word}`;
    if (last !== "" && widthOf(longer) > width) {
      lines[lines.length - 1] = `${last},`;
      lines.push(word);
    } else lines[lines.length - 1] = longer;
  }
  return lines.map((line, index) => `  ${index === 0 ? colors.bold(name.padEnd(11)) : " ".repeat(11)}${line}`);
}

interface PastEpoch extends Measures {
  loss: number;
  validationAccuracy: number | null;
  validationMeanAbsoluteError?: number | null;
}

function historyLines(history: readonly unknown[], colors: Colors): string[] {
  const epochs = history.filter(
    (line): line is PastEpoch =>
      typeof line === "object" && line !== null && "loss" in line && typeof line.loss === "number",
  );
  const last = epochs.at(-1);
  if (last === undefined) return [];
  const shown = epochs.slice(-40);
  const curve = (name: string, measures: readonly Measures[]) => {
    const known = measures.filter(isMeasured);
    const values = known.map(({ accuracy, meanAbsoluteError }) => accuracy ?? meanAbsoluteError ?? 0);
    return known.length === 0
      ? []
      : [`  ${name.padEnd(11)}${sparkline(values)}  ${measureText(known[known.length - 1])}`];
  };
  return [
    `  ${colors.bold("history".padEnd(11))}${plural(epochs.length, "epoch")}`,
    `  ${"loss".padEnd(11)}${sparkline(shown.map(({ loss }) => loss))}  ${lossText(last.loss)}`,
    ...curve("train", shown),
    ...curve("validation", shown.map(validationOf)),
    "",
  ];
}

/** What a recipe is: the words of our own only for one that is as it was shipped. */
function originOf(recipe: Partial<Recipe>): string {
  const shipped = recipes.find(({ name }) => name === recipe.name);
  if (shipped === undefined) return "edited";
  const isSame = (one: Recipe) => isDeepStrictEqual(JSON.parse(JSON.stringify(one)), recipe);
  if (isSame(shipped)) return shipped.summary;
  const { architecture, data, augmentation } = recipe;
  const end = architecture?.layers.findLast((layer) => layer.type === "dense");
  if (!architecture || !data || !end) return "edited";
  const layers = fitArchitecture(shipped.architecture, { input: architecture.input, outputs: end.units });
  return isSame({ ...shipped, data, architecture: layers, augmentation }) ? "fitted to its data" : "edited";
}
