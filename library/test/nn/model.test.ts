// A model: forward, predict, and its summary.
import { describe, expect, test } from "vitest";
import { Rng, ShapeError } from "#base";
import { createEngine } from "#engine";
import { buildModel, formatSummary, summarize } from "#nn";
import type { LayerDescription } from "#nn";

const engine = await createEngine({ kernels: "reference" });
const build = (input: number[], layers: LayerDescription[], seed = 1) =>
  buildModel(engine, { input, layers }, { rng: new Rng(seed) });
const small = () => build([2, 2, 1], [{ type: "flatten" }, { type: "dense", units: 3 }]);

describe("forward", () => {
  test("takes tensors, floats as they are, and bytes scaled by the model's card", () => {
    const model = small();
    const inputs = [0, 51, 102, 255];
    const scaled = inputs.map((byte) => byte / 255);
    const fromBytes = model.forward(Uint8Array.from(inputs)).toArray();
    expect(model.forward(Float32Array.from(scaled)).toArray()).toEqual(fromBytes);
    expect(model.forward(scaled).toArray()).toEqual(fromBytes);
    expect(model.forward(engine.tensor(scaled, [1, 2, 2, 1])).toArray()).toEqual(fromBytes);
  });

  test("the last of the activations is the result", () => {
    const model = small();
    const x = [1, 2, 3, 4];
    const activations = model.activations(x);
    expect(activations.map(({ shape }) => shape)).toEqual([
      [1, 4],
      [1, 3],
    ]);
    expect(activations[1].toArray()).toEqual(model.forward(x).toArray());
  });

  test("the same seed gives the same model, another seed another", () => {
    const x = [1, 2, 3, 4];
    const result = (seed: number) =>
      build([4], [{ type: "dense", units: 3 }], seed)
        .forward(x)
        .toArray();
    expect(result(1)).toEqual(result(1));
    expect(result(1)).not.toEqual(result(2));
  });

  test("refuses numbers that are no whole samples", () => {
    expect(() => small().forward(new Uint8Array(7))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: model: the input is not made of whole samples
        got   x [7] and sample [2, 2, 1]
        want  [batch, 2, 2, 1], or an array of batch · 4 numbers]
    `);
    expect(() => small().forward([])).toThrow(ShapeError);
    expect(() => small().forward(engine.zeros([1, 4]))).toThrow(ShapeError);
    expect(() => small().predict(new Uint8Array(7))).toThrow(ShapeError);
  });
});

describe("predict", () => {
  const model = build([2], [{ type: "dense", units: 3 }]);
  model.parameters.get("0.weight")?.data.set([1, 0, 0, 0, 2, 0]);
  const x = [3, 0, 0, 3, -1, -1];

  test("gives ordinary arrays: logits, probabilities that add up to 1, the most probable class", () => {
    const { predictions, probabilities, logits } = model.predict(x);
    expect(logits).toEqual(Float32Array.of(3, 0, 0, 0, 6, 0, -1, -2, 0));
    expect(predictions).toEqual(Int32Array.of(0, 1, 2));
    for (const sample of [0, 1, 2]) {
      const row = probabilities.subarray(3 * sample, 3 * sample + 3);
      expect(row[0] + row[1] + row[2]).toBeCloseTo(1, 6);
      expect(row[predictions[sample]]).toBe(Math.max(...row));
    }
  });

  test("ends its own step and leaves the step around it alone", () => {
    const held = engine.tensor([1], []);
    model.predict(x);
    expect(held.item()).toBe(1);
  });

  test("a thousand samples are what they are one by one", () => {
    const rng = new Rng(3);
    const many = Float32Array.from({ length: 2 * 1003 }, () => rng.normal());
    const { logits } = model.predict(many);
    for (const sample of [0, 499, 500, 501, 1002]) {
      expect(model.predict(many.subarray(2 * sample, 2 * sample + 2)).logits).toEqual(
        logits.slice(3 * sample, 3 * sample + 3),
      );
    }
  });

  test("no samples, no predictions", () => {
    expect(model.predict([]).predictions).toHaveLength(0);
  });
});

describe("a model of two classes that ends in one number", () => {
  const create = () => {
    const model = build([1], [{ type: "dense", units: 1 }]);
    model.parameters.get("0.weight")?.data.set([2]);
    model.card = { ...model.card, classNames: ["no", "yes"] };
    return model;
  };

  test("takes it as the logit of class 1", () => {
    const { logits, probabilities, predictions } = create().predict([1, -1, 0, 50]);
    expect(logits).toEqual(Float32Array.of(2, -2, 0, 100));
    expect(predictions).toEqual(Int32Array.of(1, 0, 0, 1));
    const sigmoid = 1 / (1 + Math.exp(-2));
    [1 - sigmoid, sigmoid, sigmoid, 1 - sigmoid, 0.5, 0.5, 0, 1].forEach((probability, index) => {
      expect(probabilities[index]).toBeCloseTo(probability, 6);
    });
    expect(probabilities).toHaveLength(8);
    expect(probabilities[6]).toBeGreaterThan(0); // e⁻¹⁰⁰, and not what is left of 1 − 1
  });

  test("says the same as two logits of which the first is always 0", () => {
    const two = build([1], [{ type: "dense", units: 2 }]);
    two.parameters.get("0.weight")?.data.set([0, 2]);
    const x = [1, -1, 0, 0.3, 50];
    expect(create().predict(x).probabilities).toEqual(two.predict(x).probabilities);
    expect(create().predict(x).predictions).toEqual(two.predict(x).predictions);
  });

  test("may be told so without a card", () => {
    const model = create();
    const { probabilities } = model.predict([1]);
    model.card = { ...model.card, classNames: [] };
    expect(model.predict([1]).probabilities).toEqual(Float32Array.of(1));
    expect(model.predict([1], { classes: 2 }).probabilities).toEqual(probabilities);
  });
});

describe("results as they are", () => {
  const model = build([2], [{ type: "dense", units: 2 }]);
  model.parameters.get("0.weight")?.data.set([1, 0, 0, 10]);

  test("outputs are what forward computes", () => {
    const rng = new Rng(4);
    const x = Float32Array.from({ length: 2 * 1003 }, () => rng.normal());
    expect(model.outputs(x)).toEqual(model.forward(x).toArray());
    expect(model.outputs([])).toHaveLength(0);
    expect(() => model.outputs([1])).toThrow(ShapeError);
  });

  test("values are outputs in the units on the card", () => {
    expect(model.predictValues([1, 2])).toEqual(Float32Array.of(1, 20)); // none yet
    const targetUnits = [
      { mean: 100, deviation: 4 },
      { mean: -1, deviation: 0.5 },
    ];
    model.card = { ...model.card, task: "regression", targetNames: ["a", "b"], targetUnits };
    expect(model.predictValues([1, 2, 0, 0])).toEqual(Float32Array.of(104, 9, 100, -1));
  });
});

test("the summary is a table: shapes, parameters, operations of one sample", () => {
  const model = build(
    [28, 28, 1],
    [
      { type: "flatten" },
      { type: "dense", units: 128, bias: false },
      { type: "batchNorm" },
      { type: "relu" },
      { type: "dropout", rate: 0.2 },
      { type: "dense", units: 10 },
    ],
  );
  expect(`\n${formatSummary(summarize(model))}\n`).toMatchInlineSnapshot(`
    "
       layer      sample       parameters     FLOP
       input      [28, 28, 1]
    0  flatten    [784]                 0        0
    1  dense      [128]           100,352  200,704
    2  batchNorm  [128]               256      256
    3  relu       [128]                 0      128
    4  dropout    [128]                 0        0
    5  dense      [10]              1,290    2,570
       total                      101,898  203,658
    "
  `);
  expect(summarize(model).parameters).toBe(model.parameterCount);
});
