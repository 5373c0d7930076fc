/**
 * Golden traces: what PyTorch computed in float64, kept as small files. Their makers are scripts/golden/*.py; maker,
 * version, seed and date stand inside each file.
 */
import { readFileSync } from "node:fs";
import type { Engine, Op } from "#engine";
import * as ops from "#engine";
import type { Architecture } from "#nn";
import type { OptimizerDescription } from "#optim";

/** An array as the files hold it. */
export interface Stored {
  shape: number[];
  values: number[];
}

type StoredByName = Record<string, Stored>;

export interface MlpTrace {
  architecture: Architecture;
  inputs: Stored;
  labels: number[];
  tolerances: { reference: number; fast: number; fastLosses: number };
  parameters: StoredByName;
  runningStatistics: StoredByName;
  logits: Stored;
  loss: number;
  gradients: StoredByName;
  traces: {
    optimizer: OptimizerDescription;
    losses: number[];
    /** Parameters after the step of this number. */
    steps: Record<string, StoredByName>;
    runningStatistics: StoredByName[];
  }[];
}

export interface OperationTrace {
  op: string;
  settings: { labels?: number[]; training?: boolean };
  inputs: Stored[];
  output: Stored;
  dy: Stored;
  gradients: (Stored | null)[];
  statistics?: { mean: Stored; variance: Stored };
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));

export const mlpTrace = read("mlp.json") as MlpTrace;
export const operationTraces = (read("operations.json") as { cases: OperationTrace[] }).cases;

/** The largest difference between two arrays, as a part of the expected one's largest absolute value. */
export function worstDifference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) return Infinity;
  let largest = 0;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    const difference = Math.abs(got[i] - expected[i]);
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }
  return largest === 0 ? worst : worst / largest;
}

/** Runs one traced operation; its output and the gradients of its inputs, null where the trace has none. */
export function runOperation(
  engine: Engine,
  trace: OperationTrace,
): { output: number[]; gradients: (number[] | null)[] } {
  return engine.step(() => {
    const { op, settings, statistics } = trace;
    const given = trace.inputs.map(({ shape, values }) => engine.parameter(values, shape));
    const extra: ops.Tensor[] = [];
    let name = op;
    if (op === "crossEntropy") {
      const labels = settings.labels as number[];
      extra.push(engine.tensor(labels, [labels.length]));
    }
    if (op === "batchNorm" && !settings.training && statistics) {
      name = "batchNormEvaluation";
      extra.push(...[statistics.mean, statistics.variance].map(({ shape, values }) => engine.tensor(values, shape)));
    }
    const found = Object.values(ops).find(
      (value) => isOp(value) && value.name === (NAMES[name] ?? name),
    ) as Op<unknown>;
    const defaults = op === "crossEntropy" ? { labelSmoothing: 0 } : {};
    const output = ops.apply(found, [...given, ...extra], { ...defaults, ...settings });
    output.backward(engine.tensor(trace.dy.values, output.shape));
    return {
      output: [...output.toArray()],
      gradients: given.map(({ grad }, index) => (trace.gradients[index] && grad ? [...grad.toArray()] : null)),
    };
  });
}

/** PyTorch's words for ours. */
const NAMES: Record<string, string> = { max: "maximum", sqrt: "squareRoot" };

function isOp(value: unknown): value is Op {
  return typeof value === "object" && value !== null && "forward" in value && "backward" in value;
}
