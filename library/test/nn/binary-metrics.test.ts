// Figures of two classes against counts made by hand.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { areaUnderCurve, binaryScore, meanBinaryCrossEntropy, meanCrossEntropy } from "#nn";

describe("the area under the ROC curve", () => {
  test("is 1 when every sample of class 1 stands above all of class 0, and 0 the other way round", () => {
    expect(areaUnderCurve([0, 0, 1, 1], [-3, 0, 0.5, 9])).toBe(1);
    expect(areaUnderCurve([1, 1, 0, 0], [-3, 0, 0.5, 9])).toBe(0);
  });

  test("counts pairs in the right order: 5 of 6", () => {
    // class 1 at 0.3 and 0.9; class 0 at 0.1, 0.2, 0.5: only 0.3 against 0.5 is wrong
    expect(areaUnderCurve([0, 1, 0, 1, 0], [0.1, 0.3, 0.5, 0.9, 0.2])).toBeCloseTo(5 / 6, 15);
  });

  test("counts a tie as half a pair", () => {
    expect(areaUnderCurve([0, 1], [7, 7])).toBe(0.5);
    // class 1: 1, 2; class 0: 1, 0. Pairs: tie, right, right, right
    expect(areaUnderCurve([1, 1, 0, 0], [1, 2, 1, 0])).toBe(3.5 / 4);
  });

  test("agrees with counting all pairs, on scores with many ties", () => {
    const rng = new Rng(1);
    const labels = Array.from({ length: 200 }, () => rng.integer(2));
    const scores = labels.map((label) => rng.integer(10) + label);
    let pairs = 0;
    let right = 0;
    labels.forEach((one, i) => {
      labels.forEach((zero, j) => {
        if (one !== 1 || zero !== 0) return;
        pairs++;
        right += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      });
    });
    expect(areaUnderCurve(labels, scores)).toBeCloseTo(right / pairs, 12);
  });

  test("is not there without both classes, or with a score that is no number", () => {
    expect(areaUnderCurve([1, 1], [0, 1])).toBeNull();
    expect(areaUnderCurve([0, 0], [0, 1])).toBeNull();
    expect(areaUnderCurve([0, 1], [0, Number.NaN])).toBeNull();
  });
});

test("precision, recall and F1 are those of class 1", () => {
  // 10 of class 0, one taken for 1; 4 of class 1, three found
  const confusion = [
    [9, 1],
    [1, 3],
  ];
  const score = binaryScore(confusion, { labels: [0, 1], scores: [0, 1] });
  expect(score).toEqual({ areaUnderCurve: 1, precision: 3 / 4, recall: 3 / 4, f1: 3 / 4, threshold: 0.5 });
});

test("where nothing is called 1 there is no precision, and without any no recall", () => {
  const data = { labels: [0, 1], scores: [0, 1] };
  expect(
    binaryScore(
      [
        [5, 0],
        [2, 0],
      ],
      data,
    ),
  ).toMatchObject({ precision: null, recall: 0, f1: null });
  expect(
    binaryScore(
      [
        [5, 1],
        [0, 0],
      ],
      data,
    ),
  ).toMatchObject({ precision: 0, recall: null, f1: null });
});

describe("mean binary cross entropy", () => {
  test("is ln 2 for a logit of 0, and ln(1 + e⁻²) for one of 2", () => {
    expect(meanBinaryCrossEntropy([0, 0], [0, 1])).toBeCloseTo(Math.LN2, 15);
    expect(meanBinaryCrossEntropy([2, -2], [1, 0])).toBeCloseTo(0.1269280110429725, 14);
  });

  test("is the cross entropy of the two logits 0 and x", () => {
    const logits = [1.5, -0.3, 4];
    const labels = [1, 1, 0];
    const pairs = logits.flatMap((logit) => [0, logit]);
    expect(meanBinaryCrossEntropy(logits, labels)).toBeCloseTo(meanCrossEntropy(pairs, labels), 14);
  });

  test("stays finite for logits of ±1000", () => {
    expect(meanBinaryCrossEntropy([1000, -1000], [1, 0])).toBe(0);
    expect(meanBinaryCrossEntropy([1000, -1000], [0, 1])).toBe(1000);
  });
});
