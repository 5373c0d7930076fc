// Datasets: inputs and labels that belong together, and a validation set that no seed can move.
import { describe, expect, test } from "vitest";
import { createDataset, splitValidation, takeSamples } from "#data";
import type { ClassDataset } from "#data";

const classNames = ["zero", "one", "two"];

/** Samples of two bytes, [index, label]; a label for each character. */
function samples(labels: string): ClassDataset {
  const digits = Uint8Array.from(labels, Number);
  const inputs = Uint8Array.from({ length: 2 * labels.length }, (_, at) => (at % 2 ? digits[at >> 1] : at >> 1));
  return createDataset({ inputs, labels: digits, inputShape: [2], classNames });
}

/** The positions that samples made by `samples` had in the first dataset. */
const positions = ({ inputs }: ClassDataset) => [...inputs].filter((_, at) => at % 2 === 0);

test("a dataset knows how many samples it has", () => {
  expect(samples("0120").length).toBe(4);
});

describe("parts that do not belong together are refused", () => {
  const labels = Uint8Array.of(0, 1, 2);
  const inputShape = [2, 2, 1];

  test("more samples than labels", () => {
    const parts = { inputs: new Uint8Array(16), labels, inputShape, classNames };
    expect(() => createDataset(parts)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: createDataset: 4 samples but 3 labels
        got   inputs [4, 2, 2, 1] and labels [3] and inputShape [2, 2, 1]
        want  one label for each sample]
    `);
  });
  test("a part of a sample", () => {
    const parts = { inputs: new Uint8Array(13), labels, inputShape, classNames };
    expect(() => createDataset(parts)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: createDataset: 13 values are not whole samples
        got   inputs [13] and labels [3] and inputShape [2, 2, 1]
        want  one label for each sample]
    `);
  });
  test("no samples", () => {
    const parts = { inputs: new Uint8Array(), labels: new Uint8Array(), inputShape, classNames };
    expect(() => createDataset(parts)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: createDataset: there are no samples
        got   inputs [0] and labels [0] and inputShape [2, 2, 1]
        want  at least one]
    `);
  });
  test("a label without a class", () => {
    const parts = { inputs: new Uint8Array(12), labels: Uint8Array.of(0, 3, 1), inputShape, classNames };
    expect(() => createDataset({ ...parts, origin: "labels.idx" })).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: createDataset: label 3 of sample 1 is no class (labels.idx)
        want  0 to 2]
    `);
  });
});

test.each([0, -1, Number.NaN, Infinity])("a unit of deviation %d is refused", (deviation) => {
  const parts = { inputs: Float32Array.of(1, 2), targets: Float32Array.of(3, 3), inputShape: [1] };
  expect(() => createDataset({ ...parts, targetNames: ["price"], targetUnits: [{ mean: 3, deviation }] })).toThrow(
    'nothing can be standardised by the unit of target "price"',
  );
});

describe("takeSamples", () => {
  test("takes samples in the order asked for, repeats included", () => {
    const taken = takeSamples(samples("0120"), [3, 1, 1]);
    expect([...taken.inputs]).toEqual([3, 0, 1, 1, 1, 1]);
    expect([...taken.labels]).toEqual([0, 1, 1]);
  });
  test("copies", () => {
    const dataset = samples("01");
    takeSamples(dataset, [0]).inputs[0] = 77;
    expect(dataset.inputs[0]).toBe(0);
  });
  test("keeps floats floats", () => {
    const inputs = Float32Array.of(0.5, 1.5);
    const dataset = createDataset({ inputs, labels: Uint8Array.of(0, 1), inputShape: [1], classNames });
    expect(takeSamples(dataset, [1]).inputs).toEqual(Float32Array.of(1.5));
  });
  test.each([[-1], [4], [0.5], [Number.NaN]])("refuses position %d", (index) => {
    expect(() => takeSamples(samples("0120"), [0, index])).toThrow(`there is no sample ${index}`);
  });
});

describe("splitValidation", () => {
  const labels = "0120021001200201100000120210";

  test("every sample is in exactly one part, and both keep the file's order", () => {
    const { training, validation } = splitValidation(samples(labels), 9);
    const held = positions(validation as ClassDataset);
    const left = positions(training);
    expect(held).toEqual(held.toSorted((a, b) => a - b));
    expect(left).toEqual(left.toSorted((a, b) => a - b));
    expect([...held, ...left].toSorted((a, b) => a - b)).toEqual(Array.from(labels, (_, index) => index));
    expect(held).toHaveLength(9);
  });

  test("labels stay with their samples", () => {
    const { training, validation } = splitValidation(samples(labels), 9);
    for (const part of [training, validation as ClassDataset]) {
      expect(positions(part).map((position) => Number(labels[position]))).toEqual([...part.labels]);
    }
  });

  test("each class gives its share, the largest remainders first", () => {
    // 15 zeros, 6 ones, 7 twos: 9/28 of them are 4.82, 1.93, 2.25
    const { validation } = splitValidation(samples(labels), 9);
    const counts = classNames.map((_, label) => validation?.labels.filter((one) => one === label).length);
    expect(counts).toEqual([5, 2, 2]);
  });

  test("the choice is the same today and always", () => {
    const { validation } = splitValidation(samples(labels), 9);
    expect(positions(validation as ClassDataset)).toMatchInlineSnapshot(`
      [
        3,
        4,
        5,
        6,
        9,
        12,
        13,
        20,
        21,
      ]
    `);
  });

  test("0 holds out nothing", () => {
    const dataset = samples(labels);
    expect(splitValidation(dataset, 0)).toEqual({ training: dataset, validation: null });
  });

  test("at least one sample must be left to train on", () => {
    expect(splitValidation(samples(labels), 27).training.length).toBe(1);
    expect(() => splitValidation(samples(labels), 28)).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: splitValidation: 28 samples for validation leave none of 28 to train on
        got   count = 28
        want  0 to 27
        fix   hold out fewer, or none: 0]
    `);
  });

  test.each([[-1], [1.5], [Number.NaN]])("refuses a count of %d", (count) => {
    expect(() => splitValidation(samples(labels), count)).toThrow("a whole number of at least 0");
  });
});
