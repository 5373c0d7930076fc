// The engines against PyTorch in float64: single operations, and ten steps of training with six optimisers.
import { beforeAll, describe, expect, test } from "vitest";
import { createEngine, crossEntropy } from "#engine";
import type { Engine } from "#engine";
import { buildModel } from "#nn";
import type { Model } from "#nn";
import { Optimizer } from "#optim";
import type { OptimizerDescription } from "#optim";
import { Rng } from "#base";
import { mlpTrace, operationTraces, runOperation, worstDifference } from "./traces.ts";

const { tolerances } = mlpTrace;

// f64 against f64: only the order of sums differs. f32 carries 24 bits, and a sum of a few hundred loses some of them.
describe.each([
  { kernels: "reference", precision: "f64", tolerance: tolerances.reference, lossTolerance: tolerances.reference },
  { kernels: "reference", precision: "f32", tolerance: tolerances.fast, lossTolerance: tolerances.fastLosses },
  { kernels: "fast", precision: undefined, tolerance: tolerances.fast, lossTolerance: tolerances.fastLosses },
] as const)("$kernels kernels ($precision)", ({ kernels, precision, tolerance, lossTolerance }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ kernels, precision });
    return () => engine.close();
  });

  test.each(operationTraces)("operation $op $settings", (trace) => {
    const { output, gradients } = runOperation(engine, trace);
    expect(worstDifference(output, trace.output.values)).toBeLessThan(tolerance);
    for (const [index, expected] of trace.gradients.entries()) {
      if (expected) expect(worstDifference(gradients[index] as number[], expected.values)).toBeLessThan(tolerance);
    }
  });

  test("logits, loss and every gradient of the network", () => {
    const model = startingModel(engine);
    engine.step(() => {
      const logits = model.forward(inputs(engine), { training: true });
      expect(worstDifference(logits.data, mlpTrace.logits.values)).toBeLessThan(tolerance);
      const loss = crossEntropy(logits, mlpTrace.labels);
      expect(Math.abs(loss.item() - mlpTrace.loss)).toBeLessThan(tolerance);
      loss.backward();
      for (const [name, expected] of Object.entries(mlpTrace.gradients)) {
        const { grad } = model.parameters.get(name) as { grad: { data: ArrayLike<number> } };
        expect(worstDifference(grad.data, expected.values), name).toBeLessThan(tolerance);
      }
    });
  });

  test.each(mlpTrace.traces)("ten steps of $optimizer", ({ optimizer, ...expected }) => {
    const run = tenSteps(startingModel(engine), optimizer);
    for (const [step, loss] of expected.losses.entries()) {
      expect(Math.abs(run.losses[step] - loss), `loss of step ${step + 1}`).toBeLessThan(lossTolerance);
    }
    if (precision !== "f64") return;
    for (const [step, parameters] of Object.entries(expected.steps)) {
      for (const [name, { values }] of Object.entries(parameters)) {
        const got = run.states[Number(step) - 1].get(name) as ArrayLike<number>;
        expect(worstDifference(got, values), `${name} after step ${step}`).toBeLessThan(tolerance);
      }
    }
    for (const [step, statistics] of expected.runningStatistics.entries()) {
      for (const [name, { values }] of Object.entries(statistics)) {
        const got = run.states[step].get(name) as ArrayLike<number>;
        expect(worstDifference(got, values), `${name} after step ${step + 1}`).toBeLessThan(tolerance);
      }
    }
  });
});

describe("an optimiser constant that is 1 % off is caught", () => {
  test.each([
    ["sgd", "learningRate"],
    ["momentum", "momentum"],
    ["nesterov", "momentum"],
    ["adam", "beta1"],
    ["adam", "beta2"],
    ["adamw", "weightDecay"],
    ["adamw", "learningRate"],
    ["rmsProp", "learningRate"],
    ["rmsProp", "decay"],
    ["rmsProp", "momentum"],
    ["rmsProp", "epsilon"],
  ])("%s %s", async (type, setting) => {
    const engine = await createEngine({ kernels: "reference", precision: "f64" });
    // the last one: of two traces of rmsProp the one with momentum
    const trace = mlpTrace.traces.findLast(
      ({ optimizer }) => optimizer.type === type,
    ) as (typeof mlpTrace.traces)[number];
    const planted = { ...trace.optimizer, [setting]: 0.99 * (trace.optimizer as never)[setting] };
    const { states } = tenSteps(startingModel(engine), planted);
    const errors = Object.entries(trace.steps["10"]).map(([name, { values }]) =>
      worstDifference(states[9].get(name) as ArrayLike<number>, values),
    );
    expect(Math.max(...errors)).toBeGreaterThan(100 * tolerances.reference);
  });
});

function inputs(engine: Engine) {
  return engine.tensor(mlpTrace.inputs.values, mlpTrace.inputs.shape);
}

function startingModel(engine: Engine): Model {
  const model = buildModel(engine, mlpTrace.architecture, { rng: new Rng(1) });
  for (const [name, tensor] of model.tensors()) {
    const { values } = mlpTrace.parameters[name] ?? mlpTrace.runningStatistics[name];
    tensor.data.set(values);
  }
  return model;
}

function tenSteps(model: Model, description: OptimizerDescription) {
  const optimizer = new Optimizer(model.parameters, description);
  const losses: number[] = [];
  const states: Map<string, ArrayLike<number>>[] = [];
  for (let step = 0; step < 10; step++) {
    const loss = crossEntropy(model.forward(inputs(model.engine), { training: true }), mlpTrace.labels);
    losses.push(loss.item());
    loss.backward();
    optimizer.update();
    states.push(new Map([...model.tensors()].map(([name, tensor]) => [name, tensor.toArray()])));
  }
  return { losses, states };
}
