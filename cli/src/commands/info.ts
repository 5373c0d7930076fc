/** `inkling info` says what a run, a model file or a checkpoint is: made of what, by which recipe, how it went. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
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
import type { Architecture, Model, ModelCard } from "inkling";
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
  /** Of the model's weights; null when there is no model yet. */
  weights: string | null;
}

async function run(path: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const chosen = path ?? (await newestRun());
  if (chosen === null) {
    throw new Failure({
      op: "info",
      problem: `there is no run in ${RUNS}/ yet`,
      want: "the path of a run, a model file or a checkpoint",
      fix: "train one first: inkling train mlp",
    });
  }
  if (path === undefined) note(`run: ${chosen}`);
  // the readable kernels start at once, and nothing is computed here
  const engine = await createEngine({ kernels: "reference" });
  const isFolder = await stat(chosen).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      throw fileFailure(error, { op: "info", path: chosen });
    },
  );
  const facts = isFolder ? await readRun(chosen) : await readFacts(chosen, await readBytes(chosen));
  const model = facts.model ?? buildModel(engine, facts.architecture, { rng: new Rng(0) });
  const summary = summarize(model);
  const weights = facts.model ? await hashWeights(facts.model) : null;

  async function readRun(folder: string): Promise<Omit<Facts, "weights"> & { model: Model | null }> {
    const configuration = await readRunConfiguration(folder, { op: "info" });
    const history = await readMetrics(folder);
    const bytes = await readFile(join(folder, files.model)).catch(() => null);
    const saved = await readFile(join(folder, files.checkpoint)).catch(() => null);
    const step = saved === null ? 0 : readCheckpoint(saved, { file: join(folder, files.checkpoint) }).position.step;
    return {
      path: folder,
      kind: "run",
      architecture: configuration.recipe.architecture,
      recipe: configuration.recipe,
      seed: configuration.seed,
      step,
      history,
      model: bytes && loadModel(engine, bytes, { file: join(folder, files.model) }),
    };
  }

  async function readFacts(file: string, bytes: Uint8Array): Promise<Omit<Facts, "weights"> & { model: Model | null }> {
    if (isCheckpoint(bytes)) {
      const { position, architecture, card } = readCheckpoint(bytes, { file });
      return { ...factsOf(card), path: file, kind: "checkpoint", architecture, step: position.step, model: null };
    }
    const { architecture, card } = readModelFile(bytes, { file });
    return {
      ...factsOf(card),
      path: file,
      kind: "model",
      architecture,
      step: null,
      model: loadModel(engine, bytes, { file }),
    };
  }

  if (json) {
    const { model: _, ...rest } = facts;
    return printJson({ ...rest, weights, parameters: summary.parameters, flops: summary.flops });
  }
  printLines(render({ ...facts, weights }, formatSummary(summary), resultColors()));
}

function factsOf({ recipe, seed, history }: ModelCard): Pick<Facts, "recipe" | "seed" | "history"> {
  return { recipe, seed, history };
}

function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw fileFailure(error, { op: "info", path });
  });
}

/** Checkpoints and models are both safetensors; the header, which stands first, says which. */
function isCheckpoint(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(8, 4096)).includes('"inkling-checkpoint"');
}

function render(facts: Facts, table: string, colors: Colors): string[] {
  const recipe = facts.recipe as { name?: string; summary?: string; optimizer?: object; schedule?: object } | null;
  const [heading, ...rows] = table.split("\n");
  const pairs: [string, string | null][] = [
    [facts.kind, facts.path],
    ["recipe", recipe && `${recipe.name ?? "?"}${recipe.summary ? colors.dim(` · ${recipe.summary}`) : ""}`],
    ["seed", facts.seed === null ? null : String(facts.seed)],
    ["optimizer", recipe?.optimizer ? describe(recipe.optimizer) : null],
    ["schedule", recipe?.schedule ? describe(recipe.schedule) : null],
    ["step", facts.step === null ? null : count(facts.step)],
    ["weights", facts.weights],
  ];
  return [
    "",
    ...pairs.filter(([, value]) => value !== null).map(([name, value]) => `  ${colors.bold(name.padEnd(11))}${value}`),
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
