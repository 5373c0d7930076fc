// Which loss a training takes, and which it refuses.
import { expect, test } from "vitest";
import { Rng } from "#base";
import type { Dataset } from "#data";
import { evaluate, train } from "#train";
import type { LossDescription, TrainOptions } from "#train";
import { patterns } from "../synthetic.ts";
import { build, finish, planes, quadrants } from "./tasks.ts";

const options = (data: Dataset, loss?: LossDescription): TrainOptions => ({
  data,
  batchSize: 20,
  epochs: 2,
  optimizer: { type: "sgd", learningRate: 0.1 },
  loss,
  rng: new Rng(1),
});
const start = async (units: number, data: Dataset, loss: LossDescription) => {
  const model = await build([{ type: "dense", units }]);
  return () => train(model, options(data, loss));
};

test.each<[string, number, Dataset, LossDescription]>([
  ["meanSquaredError for numbers", 2, planes(), { type: "meanSquaredError" }],
  ["binaryCrossEntropy for two classes and one logit", 1, quadrants(), { type: "binaryCrossEntropy" }],
  ["crossEntropy for two classes and two logits", 2, quadrants(), { type: "crossEntropy" }],
])("the usual one is %s", async (_, units, data, loss) => {
  const usual = await finish(await build([{ type: "dense", units }]), options(data));
  const asked = await finish(await build([{ type: "dense", units }]), options(data, loss));
  expect(usual.hash).toBe(asked.hash);
  expect(usual.epochs).toEqual(asked.epochs);
});

test("one that nobody knows", async () => {
  const loss = { type: "hinge" } as unknown as LossDescription;
  expect(await start(2, quadrants(), loss)).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: loss: nobody knows a loss "hinge"
      got   loss.type = "hinge"
      want  one of crossEntropy, binaryCrossEntropy, meanSquaredError, huber]
  `);
});

test("a setting that it does not have", async () => {
  const loss = { type: "meanSquaredError", delta: 1 } as LossDescription;
  expect(await start(2, planes(), loss)).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: loss: nobody knows a setting "delta"
      got   delta = 1
      want  no settings]
  `);
});

test.each<[LossDescription, string]>([
  [{ type: "huber", delta: 0 }, "delta cannot be 0"],
  [{ type: "huber", delta: Infinity }, "delta cannot be Infinity"],
  [{ type: "binaryCrossEntropy", labelSmoothing: 1 }, "labelSmoothing cannot be 1"],
  [{ type: "crossEntropy", labelSmoothing: -0.1 }, "labelSmoothing cannot be -0.1"],
])("%o is out of range", async (loss, problem) => {
  expect(await start(2, planes(), loss)).toThrow(problem);
});

test("crossEntropy of numbers", async () => {
  expect(await start(2, planes(), { type: "crossEntropy" })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: loss: crossEntropy compares logits with classes, and the data have numbers to be predicted
      got   loss.type = "crossEntropy"
      want  meanSquaredError or huber
      fix   leave the loss out: it is meanSquaredError then]
  `);
});

test("meanSquaredError of classes", async () => {
  expect(await start(2, quadrants(), { type: "meanSquaredError" })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: loss: meanSquaredError compares numbers with numbers, and the data have classes
      got   loss.type = "meanSquaredError"
      want  crossEntropy, or binaryCrossEntropy for two classes and one logit
      fix   leave the loss out: it follows from the data and the model then]
  `);
});

test("crossEntropy of one logit", async () => {
  expect(await start(1, quadrants(), { type: "crossEntropy" })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: loss: crossEntropy weighs one logit against others, and the model ends in one number
      got   loss.type = "crossEntropy"
      want  binaryCrossEntropy for two classes, or a model with a logit for each class
      fix   for two classes say { "type": "binaryCrossEntropy" }, or let the last layer be { "type": "dense", "units": 2 }]
  `);
});

test("binaryCrossEntropy of two logits", async () => {
  expect(await start(2, quadrants(), { type: "binaryCrossEntropy" })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: loss: binaryCrossEntropy takes one logit, that of class 1, and the model ends in 2 numbers
      got   loss.type = "binaryCrossEntropy"
      want  crossEntropy, or a model that ends in one number
      fix   say { "type": "crossEntropy" }, or let the last layer be { "type": "dense", "units": 1 }]
  `);
});

test("binaryCrossEntropy of four classes", async () => {
  const data = { ...quadrants(), classNames: patterns({ samples: 4 }).classNames };
  expect(await start(4, data, { type: "binaryCrossEntropy" })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: loss: binaryCrossEntropy tells two classes apart, and the data have 4
      got   loss.type = "binaryCrossEntropy"
      want  crossEntropy
      fix   say { "type": "crossEntropy" }, or leave the loss out]
  `);
});

test("one logit for more than two classes", async () => {
  const data = { ...quadrants(), classNames: ["a", "b", "c"] };
  expect(await start(1, data, { type: "binaryCrossEntropy" })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: train: the model ends in [1] numbers per sample, and the data have 3 classes
      got   architecture = [1]
      want  one logit per class: [3]
      fix   let the last layer be { "type": "dense", "units": 3 }]
  `);
});

test("an evaluation with a loss that does not fit", async () => {
  const model = await build([{ type: "dense", units: 2 }]);
  await expect(evaluate(model, planes(), { loss: { type: "crossEntropy" } })).rejects.toThrow(
    "compares logits with classes",
  );
});
