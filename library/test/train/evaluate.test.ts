// Evaluation on a few samples that can be counted by hand.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createDataset } from "#data";
import { createEngine } from "#engine";
import { buildModel } from "#nn";
import { evaluate } from "#train";
import { patterns } from "../synthetic.ts";

const engine = await createEngine({ kernels: "reference", precision: "f64" });
const identity = buildModel(engine, { input: [3], layers: [{ type: "dense", units: 3 }] }, { rng: null });
identity.parameters.get("0.weight")?.data.set([1, 0, 0, 0, 1, 0, 0, 0, 1]); // logits = inputs

const sure = 2; // this much ahead of two others: p = e²/(e² + 2) = 0.787
const rows = [0, 0, 1, 1, 0, 2].map((winner) => [0, 1, 2].map((label) => (label === winner ? sure : 0)));
const dataset = createDataset({
  inputs: Float32Array.from(rows.flat()),
  labels: Uint8Array.of(0, 0, 0, 1, 1, 2),
  inputShape: [3],
  classNames: ["a", "b", "c"],
});

test("every field, counted by hand", async () => {
  const p = Math.exp(2) / (Math.exp(2) + 2);
  const result = await evaluate(identity, dataset);
  expect(result).toMatchObject({ samples: 6, wrong: 2, accuracy: 4 / 6 });
  expect([...result.predictions]).toEqual([0, 0, 1, 1, 0, 2]);
  expect(result.confusion).toEqual([
    [2, 1, 0],
    [1, 1, 0],
    [0, 0, 1],
  ]);
  expect(result.perClass.map(({ samples, accuracy }) => [samples, accuracy])).toEqual([
    [3, 2 / 3],
    [2, 1 / 2],
    [1, 1],
  ]);
  expect(result.interval[0]).toBeCloseTo(0.3, 4); // Wilson, 4 of 6
  expect(result.interval[1]).toBeCloseTo(0.9032, 4);
  expect(result.calibrationError).toBeCloseTo(p - 4 / 6, 6); // all six in one bin
  expect(result.loss).toBeCloseTo((-4 * Math.log(p) - 2 * Math.log((1 - p) / 2)) / 6, 12);
  expect(result.probabilities).toHaveLength(18);
  expect(result.probabilities[0]).toBeCloseTo(p, 6);
});

test("learns nothing: the model is as it was, batch norm's averages with it", async () => {
  const layers = [
    { type: "flatten" },
    { type: "batchNorm" },
    { type: "dropout", rate: 0.5 },
    { type: "dense", units: 4 },
  ] as const;
  const model = buildModel(engine, { input: [6, 6, 1], layers }, { rng: new Rng(1) });
  const before = [...model.tensors()].map(([, tensor]) => tensor.toArray());
  const first = await evaluate(model, patterns({ samples: 30 }));
  expect([...model.tensors()].map(([, tensor]) => tensor.toArray())).toEqual(before);
  expect(await evaluate(model, patterns({ samples: 30 }))).toEqual(first);
});

test("more samples than go through at a time", async () => {
  const model = buildModel(
    engine,
    { input: [6, 6, 1], layers: [{ type: "flatten" }, { type: "dense", units: 4 }] },
    { rng: new Rng(1) },
  );
  const set = patterns({ samples: 4100 });
  const { predictions, samples } = await evaluate(model, set);
  expect(samples).toBe(4100);
  expect(predictions).toEqual(model.predict(set.inputs).predictions);
});

test("a model with fewer logits than there are classes is refused, one with more is not", async () => {
  const classNames = ["a", "b", "c", "d"];
  await expect(evaluate(identity, { ...dataset, classNames })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [SettingError: evaluate: the model ends in [3] numbers per sample, and the data have 4 classes
      got   architecture = [3]
      want  one logit per class: [4]
      fix   let the last layer be { "type": "dense", "units": 4 }]
  `);
  expect(
    (await evaluate(identity, { ...dataset, classNames: ["a", "b"], labels: Uint8Array.of(0, 0, 0, 1, 1, 1) })).samples,
  ).toBe(6);
});

test("samples of another shape are refused", async () => {
  await expect(evaluate(identity, patterns({ samples: 4 }))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: evaluate: the samples have 36 numbers each, and the model takes 3
      got   sample [6, 6, 1] and input [3]
      want  samples of the architecture's input shape]
  `);
});

describe("of numbers", () => {
  // results = inputs, so that errors are easy to set: 1, −1, 0, 2 in the first target, always 0.5 in the second
  const copy = () => {
    const model = buildModel(engine, { input: [2], layers: [{ type: "dense", units: 2 }] }, { rng: null });
    model.parameters.get("0.weight")?.data.set([1, 0, 0, 1]);
    return model;
  };
  const units = [
    { mean: 100, deviation: 10 },
    { mean: 0, deviation: 1 },
  ];
  const values = createDataset({
    inputs: Float32Array.of(2, 7.5, 1, 8.5, 3, 9.5, 8, 6.5),
    targets: Float32Array.of(1, 7, 2, 8, 3, 9, 6, 6),
    inputShape: [2],
    targetNames: ["price", "age"],
    targetUnits: units,
  });

  test("every field, worked out by hand", async () => {
    const result = await evaluate(copy(), values);
    const determination = [1 - 6 / 14, 1 - 1 / 5]; // Σ (t − t̄)² is 4 + 1 + 0 + 9, and 0.25 + 0.25 + 2.25 + 2.25
    expect(result).toEqual({
      task: "regression",
      samples: 4,
      loss: (6 + 1) / 8,
      meanSquaredError: (150 + 0.25) / 2,
      rootMeanSquaredError: Math.sqrt((150 + 0.25) / 2),
      meanAbsoluteError: (10 + 0.5) / 2,
      determination: (determination[0] + determination[1]) / 2,
      perTarget: [
        {
          name: "price",
          meanSquaredError: 150,
          rootMeanSquaredError: Math.sqrt(150),
          meanAbsoluteError: 10,
          determination: determination[0],
        },
        {
          name: "age",
          meanSquaredError: 0.25,
          rootMeanSquaredError: 0.5,
          meanAbsoluteError: 0.5,
          determination: determination[1],
        },
      ],
      predictions: Float32Array.of(120, 7.5, 110, 8.5, 130, 9.5, 180, 6.5),
      targets: Float32Array.of(110, 7, 120, 8, 130, 9, 160, 6),
    });
  });

  test("the loss may be another, and only the loss is then", async () => {
    const { loss, ...rest } = await evaluate(copy(), values, { loss: { type: "huber", delta: 1 } });
    const { loss: _, ...usual } = await evaluate(copy(), values);
    expect(loss).toBe((0.5 + 0.5 + 0 + 1.5 + 4 * 0.125) / 8);
    expect(rest).toEqual(usual);
  });

  test("of which one does not vary: R² is that of the other; of none: null", async () => {
    const still = createDataset({ ...values, targets: Float32Array.of(1, 7, 2, 7, 3, 7, 6, 7) });
    const { determination, perTarget } = await evaluate(copy(), still);
    expect(perTarget[1].determination).toBeNull();
    expect(determination).toBe(perTarget[0].determination);
    const silent = createDataset({ ...values, targets: Float32Array.of(1, 7, 1, 7, 1, 7, 1, 7) });
    expect((await evaluate(copy(), silent)).determination).toBeNull();
  });

  test("a data set in other units than the model's is the same data set", async () => {
    const model = copy();
    model.card = { ...model.card, task: "regression", targetNames: values.targetNames, targetUnits: units };
    // the same prices and ages, as they are
    const own = createDataset({
      inputs: values.inputs,
      targets: Float32Array.of(110, 7, 120, 8, 130, 9, 160, 6),
      inputShape: [2],
      targetNames: values.targetNames,
    });
    expect(await evaluate(model, own)).toEqual(await evaluate(model, values));
  });

  test("more samples than go through at a time", async () => {
    const inputs = Float32Array.from({ length: 2 * 4100 }, (_, index) => index % 97);
    const many = createDataset({ ...values, inputs, targets: inputs.map((value) => value + 1) });
    const { meanAbsoluteError, perTarget, predictions } = await evaluate(copy(), many);
    expect(perTarget.map((score) => score.meanAbsoluteError)).toEqual([10, 1]);
    expect(meanAbsoluteError).toBe(5.5);
    expect(predictions).toHaveLength(2 * 4100);
  });

  test("a model that ends in fewer numbers than there are targets is refused", async () => {
    const one = createDataset({
      ...values,
      targets: values.targets.slice(4),
      targetNames: ["y"],
      targetUnits: undefined,
    });
    await expect(evaluate(copy(), one)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [SettingError: evaluate: the model ends in [2] numbers per sample, and the data have 1 number to be predicted
        got   architecture = [2]
        want  one number per target: [1]
        fix   let the last layer be { "type": "dense", "units": 1 }]
    `);
  });
});
