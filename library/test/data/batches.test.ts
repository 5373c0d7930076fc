// An epoch visits every sample once, in an order that only the key and the epoch's number decide.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { batchCount, createDataset, epochOrder, gatherSamples } from "#data";

const dataset = createDataset({
  inputs: Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31),
  labels: Uint8Array.of(5, 6, 7, 8),
  inputShape: [2],
  classNames: Array.from({ length: 9 }, (_, label) => String(label)),
});

test.each([
  [0, 128, 0],
  [128, 128, 1],
  [129, 128, 2],
  [55000, 128, 430],
])("%d samples in batches of %d are %d batches", (length, batchSize, count) => {
  expect(batchCount(length, batchSize)).toBe(count);
});

test("a batch size of 0 is refused", () => {
  expect(() => batchCount(100, 0)).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: batchCount: batchSize cannot be 0
      got   batchSize = 0
      want  a whole number of at least 1]
  `);
});

describe("epochOrder", () => {
  test("holds every position once", () => {
    expect(epochOrder(100, new Rng(1), 0).toSorted()).toEqual(Uint32Array.from({ length: 100 }, (_, index) => index));
  });
  test("does not depend on what was drawn before, and draws nothing", () => {
    const rng = new Rng(1);
    const order = epochOrder(100, rng, 3);
    rng.uniform();
    const before = rng.state();
    expect(epochOrder(100, rng, 3)).toEqual(order);
    expect(rng.state()).toEqual(before);
  });
  test("differs from epoch to epoch and from seed to seed", () => {
    const order = epochOrder(100, new Rng(1), 0);
    expect(epochOrder(100, new Rng(1), 1)).not.toEqual(order);
    expect(epochOrder(100, new Rng(2), 0)).not.toEqual(order);
  });
});

describe("gatherSamples", () => {
  test("copies samples and labels in order, unscaled, into bytes or floats", () => {
    for (const into of [new Uint8Array(5).fill(99), new Float32Array(5).fill(99), new Float64Array(5).fill(99)]) {
      const labels = new Float32Array(3);
      gatherSamples(dataset, [0, 3, 1, 2], { begin: 1, end: 3, into, targetsInto: labels });
      expect([...into]).toEqual([30, 31, 10, 11, 99]);
      expect([...labels]).toEqual([8, 6, 0]);
    }
  });
  test("an array that is too short is refused", () => {
    const target = { into: new Uint8Array(5), targetsInto: new Uint8Array(3) };
    expect(() => gatherSamples(dataset, [0, 1, 2], { begin: 0, end: 3, ...target }))
      .toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: gatherSamples: no room for 3 samples
        got   into [5] and targetsInto [3] and order [3]
        want  into [6], targetsInto [3], order [3] or longer]
    `);
  });
  test("floats are not cut down to bytes", () => {
    const floats = createDataset({ ...dataset, inputs: new Float32Array(8) });
    const target = { into: new Uint8Array(2), targetsInto: new Uint8Array(1) };
    const gather = () => gatherSamples(floats, [0], { begin: 0, end: 1, ...target });
    expect(gather).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: gatherSamples: bytes cannot hold floats
        got   into = "Uint8Array"
        want  a Float32Array or Float64Array for a dataset of floats]
    `);
  });
});
