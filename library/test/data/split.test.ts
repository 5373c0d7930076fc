// Held out for two purposes: no sample is in two parts, each class gives its share to each, and the choice never moves.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createDataset, holdOut, splitValidation, takeSamples } from "#data";
import type { ClassDataset, Dataset, Splits } from "#data";

const classNames = ["zero", "one", "two"];

/** Samples that are their own positions. */
function classes(labels: readonly number[]): ClassDataset {
  const inputs = Float32Array.from(labels, (_, index) => index);
  return createDataset({ inputs, labels: Uint8Array.from(labels), inputShape: [1], classNames });
}

const positions = (dataset: Dataset | null) => Array.from(dataset?.inputs ?? []);
const parts = ({ training, validation, test: last }: Splits) => [training, validation, last].map(positions);

test("every sample is in exactly one part, parts have their sizes and keep the order", () => {
  const datasets = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 60 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(datasets, share, share, (labels, first, second) => {
      const count = labels.length - 1;
      const last = Math.floor(first * count);
      const validation = Math.floor(second * (count - last));
      const all = parts(holdOut(classes(labels), { validation, test: last }));
      expect(all.map(({ length }) => length)).toEqual([labels.length - validation - last, validation, last]);
      expect(all.flat().toSorted((a, b) => a - b)).toEqual(labels.map((_, index) => index));
      for (const part of all) expect(part).toEqual(part.toSorted((a, b) => a - b));
    }),
    { seed: 5, numRuns: 200 },
  );
});

test("each class gives its share to each part", () => {
  const dataset = classes(Array.from({ length: 100 }, (_, index) => (index < 50 ? 0 : index < 80 ? 1 : 2)));
  const { training, validation, test: last } = holdOut(dataset, { validation: 10, test: 20 });
  const counts = [training, validation, last].map((part) =>
    classNames.map((_, label) => part?.labels.filter((one) => one === label).length),
  );
  expect(counts).toEqual([
    [35, 21, 14],
    [5, 3, 2],
    [10, 6, 4],
  ]);
});

test("without test samples, validation is that of splitValidation", () => {
  const dataset = classes(Array.from({ length: 50 }, (_, index) => index % 3));
  const { training, validation } = splitValidation(dataset, 9);
  expect(holdOut(dataset, { validation: 9 })).toEqual({ training, validation, test: null });
});

test("the test samples do not depend on how many are held out for validation", () => {
  const dataset = classes(Array.from({ length: 50 }, (_, index) => index % 3));
  expect(holdOut(dataset, { validation: 9, test: 7 }).test).toEqual(holdOut(dataset, { test: 7 }).test);
});

test("numbers to predict are split too, with their targets", () => {
  const inputs = Float32Array.from({ length: 20 }, (_, index) => index);
  const dataset = createDataset({ inputs, targets: inputs.slice(), inputShape: [1], targetNames: ["itself"] });
  const splits = holdOut(dataset, { validation: 3, test: 4 });
  expect(parts(splits).slice(1)).toMatchInlineSnapshot(`
    [
      [
        0,
        13,
        15,
      ],
      [
        1,
        5,
        10,
        17,
      ],
    ]
  `); // the same today and always
  for (const part of [splits.training, splits.validation, splits.test]) expect(part?.targets).toEqual(part?.inputs);
});

test("nothing held out leaves the dataset as it is", () => {
  const dataset = classes([0, 1]);
  expect(holdOut(dataset, {}).training).toBe(dataset);
});

test("something must be left to train on", () => {
  expect(() => holdOut(classes([0, 1, 2]), { validation: 1, test: 2 })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: holdOut: 1 for validation and 2 for the test leave none of 3 samples to train on
      got   validation = 1
      want  at most 2 together
      fix   hold out fewer, or none: 0]
  `);
  expect(() => holdOut(classes([0, 1, 2]), { test: 3 })).toThrow("got   test = 3");
  expect(() => holdOut(classes([0, 1, 2]), { test: 0.5 })).toThrow("want  a whole number of at least 0");
});

test("what is no dataset is told from one", () => {
  const splits = holdOut(classes([0, 1, 2]), { validation: 1 });
  const arrays = { inputs: [[1], [2]], labels: [0, 1] };
  expect(() => holdOut(splits as never, { test: 1 })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: holdOut: these are the parts of a dataset together
      got   an object with training, validation, test
      want  one of them, e.g. splits.training]
  `);
  expect(() => takeSamples(arrays as never, [0])).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: takeSamples: this is no dataset
      got   an object with inputs, labels
      want  a dataset
      fix   fromArrays({ inputs, labels }).training is one made of arrays]
  `);
  expect(() => splitValidation([[1], [2]] as never, 1)).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: splitValidation: this is no dataset
      got   an array
      want  a dataset
      fix   fromArrays({ inputs, labels }).training is one made of arrays]
  `);
  expect(() => holdOut(new Float32Array(3) as never, {})).toThrow("got   an array");
  expect(() => holdOut(undefined as never, {})).toThrow("got   undefined");
});
