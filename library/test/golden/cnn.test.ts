// A network with every kind of layer against PyTorch in float64: first gradients, and ten steps with two optimisers.
import { beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "#engine";
import type { Engine } from "#engine";
import { layerTypes } from "#nn";
import type { Architecture, LayerDescription } from "#nn";
import {
  beyond,
  cnnTrace,
  enginesFor,
  firstPassErrors,
  lossErrors,
  startingModel,
  stateErrors,
  tenSteps,
} from "./traces.ts";

const { architecture, tolerances } = cnnTrace;

describe.each(enginesFor(cnnTrace))("$kernels kernels ($precision)", (row) => {
  const { kernels, precision, tolerance, lossTolerance } = row;
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ kernels, precision });
    return () => engine.close();
  });

  test("the parameters and statistics are the stored ones, by name and shape", () => {
    const model = startingModel(engine, cnnTrace);
    const stored = { ...cnnTrace.parameters, ...cnnTrace.runningStatistics };
    const shapes = Object.entries(stored).map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries([...model.tensors()].map(([name, { shape }]) => [name, shape]))).toEqual(
      Object.fromEntries(shapes),
    );
    expect([...model.parameters.keys()].toSorted()).toEqual(Object.keys(cnnTrace.parameters).toSorted());
  });

  test("logits, loss and every gradient", () => {
    expect(beyond(firstPassErrors(startingModel(engine, cnnTrace), cnnTrace), tolerance)).toEqual({});
  });

  test.each(cnnTrace.traces)("ten steps of $optimizer", (expected) => {
    const run = tenSteps(startingModel(engine, cnnTrace), cnnTrace, expected.optimizer);
    expect(beyond(lossErrors(run, expected), lossTolerance)).toEqual({});
    if (precision === "f64") expect(beyond(stateErrors(run, expected), tolerance)).toEqual({});
  });
});

test("every kind of layer stands in the network", () => {
  const types = new Set<string>(withInner(architecture.layers).map(({ type }) => type));
  expect(layerTypes.filter((type) => !types.has(type))).toEqual([]);
});

describe("a layer whose setting is a little off is caught", () => {
  const bySetting: [type: string, change: object][] = [
    ["leakyRelu", { slope: 0.101 }],
    ["elu", { alpha: 0.71 }],
    ["layerNorm", { epsilon: 1.1e-5 }],
    ["batchNorm", { epsilon: 1.1e-5 }],
    ["batchNorm", { momentum: 0.101 }],
    ["maxPool2d", { size: [3, 2], padding: "same" }],
    ["averagePool2d", { size: [2, 1], stride: 2 }],
  ];

  test.each(bySetting)("%s %o", async (type, change) => {
    const engine = await createEngine({ kernels: "reference", precision: "f64" });
    const layers = architecture.layers.map((layer) => (layer.type === type ? { ...layer, ...change } : layer));
    const planted = { ...architecture, layers } as Architecture;
    const model = startingModel(engine, cnnTrace, planted);
    const [trace] = cnnTrace.traces;
    const run = tenSteps(model, cnnTrace, trace.optimizer);
    const errors = { ...lossErrors(run, trace), ...stateErrors(run, trace) };
    expect(Math.max(...Object.values(errors))).toBeGreaterThan(100 * tolerances.reference);
  });
});

/** All descriptions, those inside of residual layers too. */
function withInner(layers: readonly LayerDescription[]): LayerDescription[] {
  return layers.flatMap((layer) => {
    const { layers: inner = [], shortcut = [] } = layer as {
      layers?: LayerDescription[];
      shortcut?: LayerDescription[];
    };
    return [layer, ...withInner(inner), ...withInner(shortcut)];
  });
}
