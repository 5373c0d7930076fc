// Two classes and one logit.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createDataset } from "#data";
import { loadModel, saveModel } from "#formats";
import type { LayerDescription } from "#nn";
import { evaluate } from "#train";
import type { TrainOptions } from "#train";
import { build, finish, parted, quadrants } from "./tasks.ts";

const hidden: LayerDescription[] = [{ type: "dense", units: 16 }, { type: "tanh" }];
const one: LayerDescription[] = [...hidden, { type: "dense", units: 1 }];
const two: LayerDescription[] = [...hidden, { type: "dense", units: 2 }];
const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  data: parted(quadrants({ samples: 400 }), 300),
  batchSize: 50,
  epochs: 40,
  optimizer: { type: "adam", learningRate: 0.03 },
  rng: new Rng(1),
  ...changes,
});

test("one logit learns what two learn", async () => {
  const single = await finish(await build(one), options());
  const pair = await finish(await build(two), options());
  const accuracies = [single, pair].map(({ epochs }) => Number(epochs.at(-1)?.validationAccuracy));
  expect(Math.min(...accuracies)).toBeGreaterThan(0.95);
  expect(Math.abs(accuracies[0] - accuracies[1])).toBeLessThan(0.03);
  expect(single.epochs.at(-1)?.accuracy).toBeGreaterThan(0.97);
});

test("the model that was saved says which class, and how sure it is", async () => {
  const { model } = await finish(await build(one), options());
  const { predictions, probabilities } = loadModel(model.engine, saveModel(model)).predict([0.7, 0.7, 0.7, -0.7]);
  expect([...predictions]).toEqual([1, 0]);
  expect(probabilities[1]).toBeGreaterThan(0.9);
  expect(probabilities[3]).toBeLessThan(0.1);
});

test("smoothed labels draw sureness in, and the validation loss is not smoothed", async () => {
  const loss = { type: "binaryCrossEntropy", labelSmoothing: 0.2 } as const;
  const plain = await finish(await build(one), options());
  const smooth = await finish(await build(one), options({ loss }));
  const largest = ({ model }: typeof plain) => Math.max(...model.outputs(quadrants({ seed: 2 }).inputs).map(Math.abs));
  expect(largest(smooth)).toBeLessThan(0.7 * largest(plain));
  const { validation } = parted(quadrants({ samples: 400 }), 300);
  expect(smooth.epochs.at(-1)?.validationLoss).toBe((await evaluate(smooth.model, validation)).loss);
});

describe("evaluation, counted by hand", () => {
  // logits = the first input
  const rows = [3, 1, -1, 2, -2, -3];
  const dataset = createDataset({
    inputs: Float32Array.from(rows.flatMap((logit) => [logit, 0])),
    labels: Uint8Array.of(1, 1, 1, 0, 0, 0),
    inputShape: [2],
    classNames: ["no", "yes"],
  });
  const softplus = (x: number) => Math.log(1 + Math.exp(x));

  test("with one logit", async () => {
    const model = await build([{ type: "dense", units: 1 }], { precision: "f64" });
    model.parameters.get("0.weight")?.data.set([1, 0]);
    const result = await evaluate(model, dataset);
    expect(result).toMatchObject({ task: "classification", samples: 6, wrong: 2, accuracy: 4 / 6 });
    expect([...result.predictions]).toEqual([1, 1, 0, 1, 0, 0]);
    expect(result.confusion).toEqual([
      [2, 1],
      [1, 2],
    ]);
    // pairs of one each: 3 stands above all three zeros, 1 and −1 above two
    expect(result.binary).toEqual({
      areaUnderCurve: 7 / 9,
      precision: 2 / 3,
      recall: 2 / 3,
      f1: 2 / 3,
      threshold: 0.5,
    });
    const sum = [-3, -1, 1, 2, -2, -3].map(softplus).reduce((total, value) => total + value, 0);
    expect(result.loss).toBeCloseTo(sum / 6, 12);
    expect(result.probabilities).toHaveLength(12);
    expect(result.probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-3)), 6);
  });

  test("with two logits it says the same", async () => {
    const single = await build([{ type: "dense", units: 1 }], { precision: "f64" });
    single.parameters.get("0.weight")?.data.set([1, 0]);
    const pair = await build([{ type: "dense", units: 2 }], { precision: "f64" });
    pair.parameters.get("0.weight")?.data.set([0, 1, 0, 0]);
    const { loss, ...rest } = await evaluate(single, dataset);
    const { loss: pairLoss, ...pairRest } = await evaluate(pair, dataset);
    expect(pairRest).toEqual(rest);
    expect(pairLoss).toBeCloseTo(loss, 12);
  });

  test("of three classes there is no class 1 to look for", async () => {
    const model = await build([{ type: "dense", units: 3 }]);
    expect((await evaluate(model, { ...dataset, classNames: ["a", "b", "c"] })).binary).toBeNull();
    expect((await evaluate(model, dataset)).binary).toBeNull(); // two classes, but three logits
  });
});
