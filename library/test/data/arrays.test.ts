// Ordinary arrays become datasets; what is crooked about them is named by its index.
import { describe, expect, test } from "vitest";
import { fromArrays } from "#data";

const inputs = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

test("labels become classes, numbers by size and words by their letters", () => {
  expect(fromArrays({ inputs, labels: ["ten", 10, 9, "ten"] })).toEqual({
    training: {
      task: "classification",
      inputs: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
      inputShape: [2],
      length: 4,
      labels: Uint8Array.of(2, 1, 0, 2),
      classNames: ["9", "10", "ten"],
    },
    validation: null,
    test: null,
  });
});

test("targets are numbers to predict, one or several, standardised by the training samples", () => {
  const one = fromArrays({ inputs, targets: [1, 3, 1, 3] });
  expect(one.training).toMatchObject({ task: "regression", targets: Float32Array.of(-1, 1, -1, 1) });
  expect(one.training.targetUnits).toEqual([{ mean: 2, deviation: 1 }]);
  expect(one.training.targetNames).toEqual(["value"]);
  const two = fromArrays({ inputs, targets: inputs });
  expect(two.training).toMatchObject({
    targets: Float32Array.of(-1, -1, -1, 1, 1, -1, 1, 1),
    targetNames: ["value", "value 2"],
  });
  const named = fromArrays({ inputs, targets: inputs, targetNames: ["x", "y"] });
  expect(named.training.targetNames).toEqual(["x", "y"]);
  expect(fromArrays({ inputs, targets: [7, 7, 7, 7] }).training.targetUnits).toEqual([{ mean: 7, deviation: 1 }]);
});

test("targets are left as they are where that is said, and inputs always", () => {
  const plain = fromArrays({ inputs, targets: [1, 2, 3, 4], standardise: false });
  const targetUnits = [{ mean: 0, deviation: 1 }];
  expect(plain.training).toMatchObject({ targets: Float32Array.of(1, 2, 3, 4), targetUnits });
  expect([...fromArrays({ inputs, targets: [1, 2, 3, 4] }).training.inputs]).toEqual(inputs.flat());
});

test("what is held out leaves no trace in the targets' units", () => {
  const targets = Array.from({ length: 20 }, (_, index) => index);
  const rows = targets.map((target) => [target]);
  const before = fromArrays({ inputs: rows, targets, validation: 3, test: 4 });
  const held = new Set([before.validation, before.test].flatMap((part) => [...(part?.inputs ?? [])]));
  expect(held.size).toBe(7);
  const planted = targets.map((target) => (held.has(target) ? 1e4 + target : target));
  const after = fromArrays({ inputs: rows, targets: planted, validation: 3, test: 4 });
  expect(after.training).toEqual(before.training);
  const { targets: last, targetUnits } = after.test as NonNullable<typeof after.test>;
  const [{ mean, deviation }] = targetUnits;
  expect(last[0] * deviation + mean).toBeCloseTo(1e4 + (after.test?.inputs[0] ?? 0), 0);
});

test("rows may be typed arrays, and pictures", () => {
  const pictures = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7, 8)];
  const { training } = fromArrays({ inputs: pictures, inputShape: [2, 2, 1], labels: ["a", "b"] });
  expect(training).toMatchObject({ inputShape: [2, 2, 1], inputs: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
});

test("samples may be held out", () => {
  const { training, validation, test: last } = fromArrays({ inputs, labels: [0, 1, 1, 0], validation: 1, test: 1 });
  expect([training.length, validation?.length, last?.length]).toEqual([2, 1, 1]);
});

describe("what is crooked", () => {
  const refused = (parts: object) => expect(() => fromArrays(parts as Parameters<typeof fromArrays>[0]));

  test("rows of two lengths", () => {
    refused({ inputs: [[0, 0], [1, 2], [3]], labels: [0, 1, 1] }).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: fromArrays: row 2 of inputs is 1 long, the first is 2
        got   inputs[0] [2] and inputs[2] [1]
        want  rows of one length]
    `);
  });
  test("something that is no number", () => {
    refused({
      inputs: [
        [0, 0],
        [1, "2"],
      ],
      labels: [0, 1],
    }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: fromArrays: "2" is no number that a network can take
        got   inputs[1][1] = "2"
        want  a finite number, at most about 3e38]
    `);
    refused({ inputs: [[0], [Number.NaN]], labels: [0, 1] }).toThrow("inputs[1][0] = NaN");
    refused({ inputs: [[0], [1e39]], labels: [0, 1] }).toThrow("inputs[1][0] = 1e+39");
    refused({ inputs: [[0], [undefined]], labels: [0, 1] }).toThrow("inputs[1][0] = undefined");
  });
  test("a sample that is no row", () => {
    refused({ inputs: [[0], 1], labels: [0, 1] }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: fromArrays: a sample is no row of numbers
        got   inputs[1] = 1
        want  an array of at least one number]
    `);
    refused({ inputs: [[]], labels: [0] }).toThrow("an array of at least one number");
  });
  test("no samples", () => {
    refused({ inputs: [], labels: [] }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: fromArrays: inputs cannot be []
        got   inputs = []
        want  an array with something in it]
    `);
  });
  test("more inputs than labels", () => {
    refused({ inputs, labels: [0, 1] }).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: fromArrays: inputs and labels are not equally many: 4 and 2
        got   inputs [4] and labels [2]
        want  one for each row of inputs]
    `);
  });
  test("fewer inputs than targets", () => {
    refused({ inputs: [[1]], targets: [0, 1] }).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: fromArrays: inputs and targets are not equally many: 1 and 2
        got   inputs [1] and targets [2]
        want  one for each row of inputs]
    `);
  });
  test("targets of two lengths", () => {
    refused({ inputs, targets: [1, 2, [3, 4], 5] }).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: fromArrays: row 2 of targets is 2 long, the first is 1
        got   targets[0] [1] and targets[2] [2]
        want  rows of one length]
    `);
  });
  test("a target that is no number", () => {
    refused({ inputs, targets: [1, 2, null, 5] }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: fromArrays: a sample is no row of numbers
        got   targets[2] = null
        want  an array of at least one number]
    `);
  });
  test("a label that is none", () => {
    refused({ inputs, labels: ["a", "", "b", "b"] }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: fromArrays: "" is no label
        got   labels[1] = ""
        want  a number or a word]
    `);
    refused({ inputs, labels: ["a", undefined, "b", "b"] }).toThrow("labels[1] = undefined");
  });
  test("one class only", () => {
    refused({ inputs, labels: ["a", "a", "a", "a"] }).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: fromArrays: all 4 labels are of one class, "a"
        want  at least two classes, for there is nothing to tell apart]
    `);
  });
  test("nothing to learn, or two things", () => {
    refused({ inputs }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: fromArrays: there is nothing to learn
        got   labels = undefined
        want  either labels, the samples' classes, or targets, numbers to predict]
    `);
    refused({ inputs, labels: [0, 1, 1, 0], targets: [0, 1, 1, 0] }).toThrow("there are two things to learn");
  });
  test("a shape that is not that of the rows", () => {
    refused({ inputs, inputShape: [3, 1], labels: [0, 1, 1, 0] }).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: fromArrays: the rows are not of that shape
        got   inputs[0] [2] and inputShape [3, 1]
        want  rows of 3 numbers]
    `);
  });
  test("names for other targets", () => {
    refused({ inputs, targets: [1, 2, 3, 4], targetNames: ["x", "y", "z"] }).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: fromArrays: targets and their names are not equally many
        got   targets[0] [1] and targetNames [3]
        want  a name for each target]
    `);
  });
  test("a word that nobody knows", () => {
    refused({ inputs, label: [0, 1, 1, 0] }).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: fromArrays: nobody knows a setting "label"
        got   label = [0,1,1,0]
        want  only inputs, inputShape, labels, targets, targetNames, standardise, validation, test
        fix   did you mean labels?]
    `);
  });
});
