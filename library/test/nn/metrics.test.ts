// Metrics against numbers worked out by hand.
import { describe, expect, test } from "vitest";
import { classScores, confusionMatrix, countRight, meanCrossEntropy, predictionsOf, wilsonInterval } from "#nn";

const labels = [0, 0, 0, 1, 1, 2];
const predictions = [0, 0, 1, 1, 0, 2];

test("a prediction is the place of the largest logit of its row, of equal ones the first", () => {
  expect([...predictionsOf([1, 3, 2, -1, -2, -1, 0, 0, 0, 1, 2, 2], 3)]).toEqual([1, 0, 0, 1]);
});

test("right is what was predicted as it was labelled", () => {
  expect(countRight(labels, predictions)).toBe(4);
});

test("the confusion matrix counts [label][prediction]", () => {
  expect(confusionMatrix(labels, predictions, 4)).toEqual([
    [2, 1, 0, 0],
    [1, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 0],
  ]);
});

test("recall, precision and F1 of each class; null where there is nothing to divide by", () => {
  expect(classScores(confusionMatrix(labels, predictions, 4))).toEqual([
    { label: 0, samples: 3, accuracy: 2 / 3, precision: 2 / 3, f1: 2 / 3 },
    { label: 1, samples: 2, accuracy: 1 / 2, precision: 1 / 2, f1: 1 / 2 },
    { label: 2, samples: 1, accuracy: 1, precision: 1, f1: 1 },
    { label: 3, samples: 0, accuracy: null, precision: null, f1: null },
  ]);
});

test("F1 is the harmonic mean: recall 1/2 and precision 1 make 2/3", () => {
  const [score] = classScores([
    [1, 1],
    [0, 2],
  ]);
  expect(score).toEqual({ label: 0, samples: 2, accuracy: 0.5, precision: 1, f1: 2 / 3 });
});

describe("the Wilson interval", () => {
  test("of 98 out of 100 is 93.0 % to 99.4 %", () => {
    const [low, high] = wilsonInterval(98, 100);
    expect(low).toBeCloseTo(0.93, 4); // 0.9300 and 0.9945 by [Wilson27], as other programs give it
    expect(high).toBeCloseTo(0.9945, 4);
  });

  test("of 5 out of 10 is 23.7 % to 76.3 %", () => {
    const [low, high] = wilsonInterval(5, 10);
    expect(low).toBeCloseTo(0.2366, 4);
    expect(high).toBeCloseTo(0.7634, 4);
  });

  test("stays within 0–1 and has a width even when all or none were right", () => {
    expect(wilsonInterval(10, 10)[1]).toBeCloseTo(1, 12);
    expect(wilsonInterval(10, 10)[1]).toBeLessThanOrEqual(1);
    expect(wilsonInterval(10, 10)[0]).toBeCloseTo(0.7225, 4);
    expect(wilsonInterval(0, 10)[0]).toBe(0);
    expect(wilsonInterval(0, 10)[1]).toBeCloseTo(0.2775, 4);
  });

  test("shrinks as samples grow", () => {
    const width = (samples: number) => wilsonInterval(0.98 * samples, samples).reduce((low, high) => high - low);
    expect(width(10_000)).toBeLessThan(width(1000) / 3);
  });
});

describe("mean cross entropy", () => {
  test("is ln(classes) for equal logits", () => {
    expect(meanCrossEntropy([3, 3, 3, 3, 3, 3, 3, 3], [0, 3])).toBeCloseTo(Math.log(4), 14);
  });

  test("is ln(1 + e⁻²) for a lead of 2 over one other class", () => {
    expect(meanCrossEntropy([2, 0], [0])).toBeCloseTo(0.1269280110429725, 14);
  });

  test("stays finite for logits of ±1000", () => {
    expect(meanCrossEntropy([1000, -1000], [0])).toBe(0);
    expect(meanCrossEntropy([1000, -1000], [1])).toBe(2000);
  });
});
