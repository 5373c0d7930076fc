// Samples for learning, choosing and judging speak of the same classes; what is forgotten is asked for in words.
import { expect, test } from "vitest";
import { Rng } from "#base";
import { createDataset, fromArrays, readCsv, tableSplits } from "#data";
import { createEngine, conv2d } from "#engine";
import { buildModel } from "#nn";
import { evaluate, train } from "#train";

const engine = await createEngine({ kernels: "reference" });
const layers = [{ type: "dense", units: 2 }] as const;
const make = () => buildModel(engine, { input: [1], layers }, { rng: new Rng(1) });
const samples = (labels: string[]) =>
  fromArrays({ inputs: labels.map((_, index) => [index]), labels, validation: 0, test: 0 });
const options = { batchSize: 2, epochs: 1, optimizer: { type: "sgd", learningRate: 0.1 } as const, rng: new Rng(1) };

test("validation samples of other classes are refused", () => {
  const { training } = samples(["a", "b", "a", "b"]);
  const validation = samples(["b", "c", "b"]).training;
  expect(() => train(make(), { ...options, data: { training, validation, test: null } }))
    .toThrowErrorMatchingInlineSnapshot(`
    [SettingError: train: the samples speak of other classes or targets than the model
      got   b, c
      want  a, b
      fix   make one dataset and split it, so that all parts know the same names in the same order]
  `);
});

test("a model is not judged by classes that it did not learn", async () => {
  const model = make();
  for await (const record of train(model, { ...options, data: samples(["a", "b", "a", "b"]).training })) void record;
  await expect(evaluate(model, samples(["b", "c", "b"]).training)).rejects.toThrow("other classes or targets");
});

test("a table's encoding goes with the model", async () => {
  const { splits, encoding } = tableSplits(readCsv("x,kind\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b"), {
    target: "kind",
    validation: 0,
    test: 0,
  });
  const model = make();
  for await (const record of train(model, { ...options, data: splits })) void record;
  expect(model.card.preprocessing.table).toEqual(encoding);
});

test.each([
  [
    "an engine that was not waited for",
    () => buildModel(createEngine() as never, { input: [1], layers }, { rng: null }),
  ],
  ["no generator for the weights", () => buildModel(engine, { input: [1], layers }, {} as never)],
  ["the generator in place of the options", () => buildModel(engine, { input: [1], layers }, new Rng(1) as never)],
  [
    "no generator for the order",
    () => train(make(), { ...options, data: samples(["a", "b"]), rng: undefined as never }),
  ],
  ["arrays in place of a dataset", () => train(make(), { ...options, data: [[1], [2]] as never })],
  ["a misspelt option", () => train(make(), { ...options, epoch: 3, data: samples(["a", "b"]) } as never)],
])("%s", (_, mistake) => {
  expect(() => void mistake()).toThrow(/\n  (got|want|fix)/);
});

test("splits in place of a dataset", async () => {
  const error = await evaluate(make(), samples(["a", "b"]) as never).catch((reason: Error) => reason.message);
  expect(error).toMatchInlineSnapshot(`
    "evaluate: this is no dataset
      got   training, validation and test samples together
      want  a dataset, as createDataset, mnist or tableSplits make them
      fix   take one part: splits.test"
  `);
});

test("a number that is none is named before anything is learnt", () => {
  const inputs = Float32Array.of(0, 1, NaN, 3);
  const parts = { inputs, labels: Uint8Array.of(0, 1), inputShape: [2], classNames: ["a", "b"] };
  expect(() => createDataset(parts)).toThrow("input 0 of sample 1 is NaN");
});

test("a length that is no number does not reach the memory", () => {
  const x = engine.zeros([1, 4, 4, 1]);
  const weight = engine.zeros([2, 2, 1, 1]);
  expect(() => conv2d(x, weight, { stride: [2] as never })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: conv2d: this is no stride
      got   stride = [2]
      want  a whole number of at least 1, or 2 of them]
  `);
  expect(conv2d(x, weight, { stride: 2, padding: 1 }).shape).toEqual([1, 3, 3, 1]);
});
