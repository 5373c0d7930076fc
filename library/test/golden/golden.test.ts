// The engines against PyTorch in float64: single operations, and ten steps of training with six optimisers.
import { beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "#engine";
import type { Engine } from "#engine";
import {
  beyond,
  enginesFor,
  firstPassErrors,
  lossErrors,
  mlpTrace,
  operationTraces,
  runOperation,
  startingModel,
  stateErrors,
  tenSteps,
  worstDifference,
} from "./traces.ts";

const { tolerances } = mlpTrace;

// f64 against f64: only the order of sums differs. f32 carries 24 bits, and a sum of a few hundred loses some of them.
describe.each(enginesFor(mlpTrace))("$kernels kernels ($precision)", (row) => {
  const { kernels, precision, tolerance, lossTolerance } = row;
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
    expect(beyond(firstPassErrors(startingModel(engine, mlpTrace), mlpTrace), tolerance)).toEqual({});
  });

  test.each(mlpTrace.traces)("ten steps of $optimizer", (expected) => {
    const run = tenSteps(startingModel(engine, mlpTrace), mlpTrace, expected.optimizer);
    expect(beyond(lossErrors(run, expected), lossTolerance)).toEqual({});
    if (precision === "f64") expect(beyond(stateErrors(run, expected), tolerance)).toEqual({});
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
    const run = tenSteps(startingModel(engine, mlpTrace), mlpTrace, planted);
    expect(Math.max(...Object.values(stateErrors(run, trace)))).toBeGreaterThan(100 * tolerances.reference);
  });
});
