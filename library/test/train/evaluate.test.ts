// Evaluation on six samples that can be counted by hand.
import { expect, test } from "vitest";
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
