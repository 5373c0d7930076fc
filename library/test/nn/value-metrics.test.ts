// Errors of predicted numbers, worked out by hand.
import { expect, test } from "vitest";
import { absoluteErrorSum, inOwnUnits, meanHuber, meanSquare, valueScores } from "#nn";

// two targets a row; errors of the first: 1, −1, 0, 2; of the second always 0.5
const targets = [1, 7, 2, 7, 3, 7, 6, 7];
const outputs = [2, 7.5, 1, 7.5, 3, 7.5, 8, 7.5];
const units = [
  { mean: 100, deviation: 10 },
  { mean: 0, deviation: 1 },
];

test("every figure of each target, in its own unit", () => {
  const [first, second] = valueScores(outputs, targets, { names: ["a", "b"], units });
  expect(first).toEqual({
    name: "a",
    meanSquaredError: ((1 + 1 + 0 + 4) / 4) * 100,
    rootMeanSquaredError: Math.sqrt(150),
    meanAbsoluteError: ((1 + 1 + 0 + 2) / 4) * 10,
    // the mean is 3: Σ (t − t̄)² = 4 + 1 + 0 + 9
    determination: 1 - 6 / 14,
  });
  // 7 always: there is nothing to foretell
  expect(second).toEqual({
    name: "b",
    meanSquaredError: 0.25,
    rootMeanSquaredError: 0.5,
    meanAbsoluteError: 0.5,
    determination: null,
  });
});

test("R² is 1 for what is right, 0 for the mean, and below 0 for worse", () => {
  const determination = (said: number[]) =>
    valueScores(said, [1, 2, 6], { names: ["a"], units: [units[0]] })[0].determination;
  expect(determination([1, 2, 6])).toBe(1);
  expect(determination([3, 3, 3])).toBe(0);
  expect(determination([6, 2, 1])).toBeLessThan(0);
});

test("the sum of absolute errors is a mean over targets, in own units", () => {
  expect(absoluteErrorSum(outputs, targets, units)).toBe((10 * 4 + 4 * 0.5) / 2);
});

test("own units: number · deviation + mean; without a unit, as it is", () => {
  expect(inOwnUnits([1, 7, -2, 8], units, 2)).toEqual(Float32Array.of(110, 7, 80, 8));
  expect(inOwnUnits([1, 7], [], 1)).toEqual(Float32Array.of(1, 7));
});

test("the losses that training minimises", () => {
  expect(meanSquare(outputs, targets)).toBe((6 + 4 * 0.25) / 8);
  // delta 1: ½ + ½ + 0 + (2 − ½) for the first, ½·0.25 four times for the second
  expect(meanHuber(outputs, targets, 1)).toBe((2.5 + 0.5) / 8);
  expect(meanHuber(outputs, targets, 0.5)).toBe((0.375 + 0.375 + 0.875 + 0.5) / 8);
});
