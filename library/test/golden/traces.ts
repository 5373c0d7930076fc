/**
 * Golden traces: what PyTorch computed in float64, kept as small files. Their makers are scripts/golden/*.py; maker,
 * version, seed and date stand inside each file.
 */
import { readFileSync } from "node:fs";
import { Rng } from "#base";
import type { Engine, Op } from "#engine";
import * as ops from "#engine";
import { buildModel } from "#nn";
import type { Architecture, Model } from "#nn";
import { Optimizer } from "#optim";
import type { OptimizerDescription } from "#optim";

/** An array as the files hold it. */
export interface Stored {
  shape: number[];
  values: number[];
}

type StoredByName = Record<string, Stored>;

/** A network, its first gradients, and ten steps of training for each of some optimisers. */
export interface NetworkTrace {
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

type TrainingTrace = NetworkTrace["traces"][number];

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

export const mlpTrace = read("mlp.json") as NetworkTrace;
export const cnnTrace = read("cnn.json") as NetworkTrace;
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

/** The engines that a network is held against, with the tolerances that its file gives them. */
export function enginesFor({ tolerances: { reference, fast, fastLosses } }: NetworkTrace) {
  return [
    { kernels: "reference", precision: "f64", tolerance: reference, lossTolerance: reference },
    { kernels: "reference", precision: "f32", tolerance: fast, lossTolerance: fastLosses },
    { kernels: "fast", precision: undefined, tolerance: fast, lossTolerance: fastLosses },
  ] as const;
}

/** Its model with the stored weights and statistics. */
export function startingModel(engine: Engine, trace: NetworkTrace, architecture = trace.architecture): Model {
  const model = buildModel(engine, architecture, { rng: new Rng(1) });
  for (const [name, tensor] of model.tensors()) {
    const { values } = trace.parameters[name] ?? trace.runningStatistics[name];
    tensor.data.set(values);
  }
  return model;
}

function lossOf(model: Model, { inputs, labels }: NetworkTrace) {
  const logits = model.forward(model.engine.tensor(inputs.values, inputs.shape), { training: true });
  return { logits, loss: ops.crossEntropy(logits, labels) };
}

/** By how much logits, loss and gradients of the first pass differ from the stored ones. */
export function firstPassErrors(model: Model, trace: NetworkTrace): Record<string, number> {
  return model.engine.step(() => {
    const { logits, loss } = lossOf(model, trace);
    loss.backward();
    const gradients = Object.entries(trace.gradients).map(([name, { values }]) => {
      const grad = model.parameters.get(name)?.grad;
      return [`gradient of ${name}`, grad ? worstDifference(grad.data, values) : Infinity];
    });
    return {
      logits: worstDifference(logits.data, trace.logits.values),
      loss: Math.abs(loss.item() - trace.loss),
      ...Object.fromEntries(gradients),
    };
  });
}

/** Ten steps: the loss ahead of each, and all tensors after it. */
export function tenSteps(model: Model, trace: NetworkTrace, description: OptimizerDescription) {
  const optimizer = new Optimizer(model.parameters, description);
  const losses: number[] = [];
  const states: Map<string, ArrayLike<number>>[] = [];
  for (let step = 0; step < 10; step++) {
    const { loss } = lossOf(model, trace);
    losses.push(loss.item());
    loss.backward();
    optimizer.update();
    states.push(new Map([...model.tensors()].map(([name, tensor]) => [name, tensor.toArray()])));
  }
  return { losses, states };
}

/** By how much the loss of each of ten steps differs from the stored one. */
export function lossErrors({ losses }: ReturnType<typeof tenSteps>, expected: TrainingTrace): Record<string, number> {
  return Object.fromEntries(
    expected.losses.map((loss, step) => [`loss of step ${step + 1}`, Math.abs(losses[step] - loss)]),
  );
}

/** By how much parameters and running statistics differ after each step that is stored. */
export function stateErrors({ states }: ReturnType<typeof tenSteps>, expected: TrainingTrace): Record<string, number> {
  const stored = [
    ...Object.entries(expected.steps).map(([step, tensors]) => [Number(step), tensors] as const),
    ...expected.runningStatistics.map((tensors, index) => [index + 1, tensors] as const),
  ];
  return Object.fromEntries(
    stored.flatMap(([step, tensors]) =>
      Object.entries(tensors).map(([name, { values }]) => {
        const got = states[step - 1].get(name);
        return [`${name} after step ${step}`, got ? worstDifference(got, values) : Infinity];
      }),
    ),
  );
}

/** Those errors that are not below the tolerance: none, if all is well. */
export function beyond(errors: Record<string, number>, tolerance: number): Record<string, number> {
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => !(error < tolerance)));
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
