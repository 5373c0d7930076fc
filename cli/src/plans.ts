/** What the machine really does in a step of training, and to predict one sample: plans, measured, as tables. */
import { Rng, sizeOf, train } from "inkling";
import type { Engine, Model, Plan, PlanDescription, PlanEntry } from "inkling";
import type { Recipe } from "inkling/digits";
import type { Colors } from "./colors.ts";
import { madeUpSamples } from "./made-up-samples.ts";
import { megabytes, plural } from "./numbers.ts";
import { resultColumns } from "./output.ts";

/** The plans of a model; null where a layer of its own cannot be recorded. */
export interface Plans {
  batchSize: number;
  training: PlanDescription | null;
  prediction: PlanDescription | null;
}

const NO_PLAN = "a layer of its own reads numbers along the way, so each step is computed operation by operation";

/** Runs of which the medians are shown; the first ones also warm up the machine. */
const REPETITIONS = 50;
/** Where neither run nor recipe says how to train. */
const USUAL = { batchSize: 128, optimizer: { type: "adamw", learningRate: 1e-3 } } as const;

/** Measured on made-up samples; the model's weights move. */
export function plansOf(model: Model, recipe: Partial<Recipe> | null): Plans {
  const { batchSize, optimizer } = { ...USUAL, ...recipe };
  const data = madeUpSamples(model, batchSize);
  const first = data.inputs.subarray(0, sizeOf(model.architecture.input));
  const { schedule, loss, penalty, clipNorm, augmentation } = recipe ?? {};
  const choices = { optimizer, schedule, loss, penalty, clipNorm, augmentation };
  const training = train(model, { data, batchSize, epochs: 1, ...choices, rng: new Rng(1) });
  return { batchSize, prediction: measured(model.plan(first)), training: measured(training.plan()) };
}

function measured(plan: Plan | null): PlanDescription | null {
  plan?.measure(() => performance.now(), REPETITIONS);
  return plan?.describe() ?? null;
}

/** Both tables with their headings. */
export function planLines({ batchSize, training, prediction }: Plans, engine: Engine, colors: Colors): string[] {
  const { threads, module } = engine;
  const table = (title: string, plan: PlanDescription | null) => [
    `  ${colors.bold(title)}`,
    ...(plan === null ? [NO_PLAN] : drawPlan(plan, resultColumns(), colors)).map((line) => `  ${line}`.trimEnd()),
    "",
  ];
  return [
    ...table(`a step of training, ${plural(batchSize, "sample")}`, training),
    ...table("the prediction of one sample", prediction),
    `  medians of ${REPETITIONS} runs on made-up samples, each call by itself; ${plural(threads, "thread")}, ${module}`,
    "",
  ];
}

interface Row {
  phase: string;
  operation: string;
  shapes: string;
  kernels: string;
  flops: string;
  bytes: string;
  time: string;
  rate: string;
}

/** What is left out where the terminal is narrow, first to last. */
const DISPENSABLE: readonly (keyof Row)[] = ["kernels", "bytes", "rate", "shapes"];

/** The lines of a table, a heading first, and sums at the end. */
function drawPlan({ entries, arenaBytes }: PlanDescription, columns: number, colors: Colors): string[] {
  const heading: Row = {
    phase: "phase",
    operation: "operation",
    shapes: "shapes",
    kernels: "kernel calls",
    flops: "MFLOP",
    bytes: "memory",
    time: "µs",
    rate: "GFLOP/s",
  };
  const rows = entries.map((entry, index) => rowOf(entry, entries[index - 1]?.phase));
  const sums: Row = { ...figuresOf(entries), phase: "", operation: "all", shapes: "", kernels: "" };
  const all = [heading, ...rows, sums];
  const widthOf = (name: keyof Row) => Math.max(...all.map((row) => row[name].length));
  let names = Object.keys(heading) as (keyof Row)[];
  for (const dispensable of DISPENSABLE) {
    const width = names.reduce((sum, name) => sum + widthOf(name) + 2, 0);
    if (width > columns) names = names.filter((name) => name !== dispensable);
  }
  const widths = names.map(widthOf);
  const isFigure = (name: keyof Row) => ["flops", "bytes", "time", "rate"].includes(name);
  const lines = all.map((row) =>
    names
      .map((name, index) => (isFigure(name) ? row[name].padStart(widths[index]) : row[name].padEnd(widths[index])))
      .join("  ")
      .trimEnd(),
  );
  const [first, ...others] = lines;
  return [colors.dim(first), ...others, "", `arena: ${megabytes(arenaBytes)}`];
}

function rowOf(entry: PlanEntry, phaseBefore: string | undefined): Row {
  const { phase, name, inputs, output, calls } = entry;
  const ins = inputs.map(shapeText).join(" ");
  return {
    phase: phase === phaseBefore ? "" : phase,
    operation: name,
    shapes: [ins, shapeText(output)].filter((text) => text !== "").join(" → "),
    kernels: calls.map((call) => call.name).join(" "),
    ...figuresOf([entry]),
  };
}

function figuresOf(entries: readonly PlanEntry[]): Pick<Row, "flops" | "bytes" | "time" | "rate"> {
  const calls = entries.flatMap((entry) => entry.calls);
  const flops = calls.reduce((sum, call) => sum + call.flops, 0);
  const bytes = calls.reduce((sum, call) => sum + call.bytes, 0);
  const milliseconds = entries.reduce((sum, entry) => sum + (entry.milliseconds ?? 0), 0);
  return {
    flops: flops < 500 ? "" : (flops / 1e6).toFixed(flops < 1e6 ? 3 : 1),
    bytes: bytes === 0 ? "" : megabytes(bytes),
    time: milliseconds === 0 ? "" : (1000 * milliseconds).toFixed(milliseconds < 0.1 ? 1 : 0),
    rate: flops < 1e5 || milliseconds === 0 ? "" : (flops / milliseconds / 1e6).toFixed(1),
  };
}

/** [128, 784] → "128×784", a single number → "1" */
function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "" : shape.join("×");
}
