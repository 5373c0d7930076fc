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
import { recipes } from "inkling/digits";
import { sparkline } from "../chart.ts";
import type { Colors } from "../colors.ts";
import { Failure, fileFailure } from "../failure.ts";
import { count, lossText, percent } from "../numbers.ts";
import { note, printJson, printLines, resultColors } from "../output.ts";
import { files, newestRun, readMetrics, readRunConfiguration, RUNS } from "../runs.ts";

export function define(command: Command): void {
  command
    .argument("[path]", "a run's folder, a model file or a checkpoint (default: the newest run in runs/)")
    .option("--json", "print one line of JSON")
    .action(run);
}

/** What is known of the thing at a path. */
interface Facts {
  path: string;
  kind: "run" | "model" | "checkpoint";
  architecture: Architecture;
  recipe: unknown;
  seed: number | null;
  /** Updates made; null when the file does not say. */
  step: number | null;
  history: readonly unknown[];
  /** The bytes of its model file, with the file's name; null when there is no model yet. */
  model: { bytes: Uint8Array; file: string } | null;
}

async function run(path: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const chosen = path ?? (await newestRun());
  if (chosen === null) {
    throw new Failure({
      op: "info",
      problem: `there is no run in ${RUNS}/ yet`,
      want: "the path of a run, a model file or a checkpoint",
      fix: "train one first: npx inkling train mlp",
    });
  }
  if (path === undefined) note(`run: ${chosen}`);
  const { model: stored, ...facts } = await readFacts(chosen);

  // the readable kernels start at once, and nothing is computed here
  const engine = await createEngine({ kernels: "reference" });
  const model = stored
    ? loadModel(engine, stored.bytes, { file: stored.file })
    : buildModel(engine, facts.architecture, { rng: new Rng(0) });
  const summary = summarize(model);
  const weights = stored ? await hashWeights(model) : null;
  if (json) return printJson({ ...facts, weights, parameters: summary.parameters, flops: summary.flops });
  printLines(render({ ...facts, weights }, formatSummary(summary), resultColors()));
}

async function readFacts(path: string): Promise<Facts> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileFailure(error, { op: "info", path });
  });
  if (found.isDirectory()) return readRun(path);

  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileFailure(error, { op: "info", path });
  });
  if (isCheckpoint(bytes)) {
    const { position, architecture, card } = readCheckpoint(bytes, { file: path });
    return { path, kind: "checkpoint", architecture, ...factsOf(card), step: position.step, model: null };
  }
  const { architecture, card } = readModelFile(bytes, { file: path });
  return { path, kind: "model", architecture, ...factsOf(card), step: null, model: { bytes, file: path } };
}

async function readRun(path: string): Promise<Facts> {
  const { recipe, seed } = await readRunConfiguration(path, { op: "info" });
  const [checkpointFile, modelFile] = [join(path, files.checkpoint), join(path, files.model)];
  const checkpoint = await readFile(checkpointFile).catch(() => null);
  const model = await readFile(modelFile).catch(() => null);
  return {
    path,
    kind: "run",
    architecture: recipe.architecture,
    recipe,
    seed,
    step: checkpoint === null ? 0 : readCheckpoint(checkpoint, { file: checkpointFile }).position.step,
    history: await readMetrics(path),
    model: model && { bytes: model, file: modelFile },
  };
}

function factsOf({ recipe, seed, history }: ModelCard): Pick<Facts, "recipe" | "seed" | "history"> {
  return { recipe, seed, history };
}

/** Checkpoints and models are both safetensors; the header, which stands first, says which. */
function isCheckpoint(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(8, 4096)).includes('"inkling-checkpoint"');
}

function render(facts: Omit<Facts, "model"> & { weights: string | null }, table: string, colors: Colors): string[] {
  const recipe = facts.recipe as { name?: string; summary?: string; optimizer?: object; schedule?: object } | null;
  const [heading, ...rows] = table.split("\n");
  const pairs: [string, string | null][] = [
    [facts.kind, facts.path],
    ["recipe", recipe && `${recipe.name ?? "?"}${colors.dim(` · ${isAsShipped(recipe) ? recipe.summary : "edited"}`)}`],
    ["seed", facts.seed === null ? null : String(facts.seed)],
    ["optimizer", recipe?.optimizer ? describe(recipe.optimizer) : null],
    ["schedule", recipe?.schedule ? describe(recipe.schedule) : null],
    ["step", facts.step === null ? null : count(facts.step)],
  ];
  return [
    "",
    ...pairs.filter(([, value]) => value !== null).map(([name, value]) => `  ${colors.bold(name.padEnd(11))}${value}`),
    ...(facts.weights === null ? [] : [`  ${colors.bold("weights")}`, `  ${facts.weights}`]), // too long for a second column
    "",
    `  ${colors.dim(heading)}`,
    ...rows.map((row) => `  ${row}`),
    "",
    ...historyLines(facts.history, colors),
  ];
}

/** A description on one line: `adamw, learningRate 0.006, beta1 0.9` */
function describe(description: object): string {
  const { type, ...settings } = description as { type?: string } & Record<string, unknown>;
  return [type, ...Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`)].join(", ");
}

function historyLines(history: readonly unknown[], colors: Colors): string[] {
  const epochs = history.filter(
    (line): line is { epoch: number; loss: number; accuracy: number; validationAccuracy: number | null } =>
      typeof line === "object" && line !== null && "loss" in line && typeof line.loss === "number",
  );
  const last = epochs.at(-1);
  if (last === undefined) return [];
  const shown = epochs.slice(-40);
  const validated = shown.map((line) => line.validationAccuracy).filter((value) => value !== null);
  const lines = [
    `  ${colors.bold("history".padEnd(11))}${epochs.length} epoch${epochs.length === 1 ? "" : "s"}`,
    `  ${"loss".padEnd(11)}${sparkline(shown.map(({ loss }) => loss))}  ${lossText(last.loss)}`,
    `  ${"train".padEnd(11)}${sparkline(shown.map(({ accuracy }) => accuracy))}  ${percent(last.accuracy)}`,
  ];
  if (validated.length > 0)
    lines.push(`  ${"validation".padEnd(11)}${sparkline(validated)}  ${percent(validated[validated.length - 1])}`);
  return [...lines, ""];
}

/** Whether a recipe is one of ours, unchanged: only then is what its summary says true. */
function isAsShipped(recipe: { name?: string }): boolean {
  const shipped = recipes.find(({ name }) => name === recipe.name);
  return shipped !== undefined && isDeepStrictEqual(JSON.parse(JSON.stringify(shipped)), recipe);
}
