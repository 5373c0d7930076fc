// Starting weights: each rule's variance, and the bounds of the uniform ones.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { initializers, initialWeights } from "#nn";
import type { Initializer } from "#nn";

const fans = { fanIn: 300, fanOut: 100 };
const count = 60_000;
const draw = (initializer: Initializer, seed = 1) =>
  initialWeights(initializer, { count, rng: new Rng(seed), ...fans });
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: Float64Array) => mean(values.map((value) => value * value)) - mean(values) ** 2;

/** By [He15], [Glorot10] and [LeCun98b]. */
const wanted: [Initializer, number][] = [
  ["heUniform", 2 / 300],
  ["heNormal", 2 / 300],
  ["glorotUniform", 2 / 400],
  ["glorotNormal", 2 / 400],
  ["lecunUniform", 1 / 300],
  ["lecunNormal", 1 / 300],
];

test("every initializer has a row here", () => {
  expect(wanted.map(([name]) => name).toSorted()).toEqual([...initializers].toSorted());
});

describe.each(wanted)("%s", (name, expected) => {
  const weights = draw(name);

  test("has mean 0 and the variance of its rule", () => {
    // five standard errors of 60,000 draws: of the mean √(v/n), of the variance at most v·√(2/n)
    expect(Math.abs(mean(weights))).toBeLessThan(5 * Math.sqrt(expected / count));
    expect(Math.abs(variance(weights) / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  });

  test("gives the same weights for the same generator, others for another", () => {
    expect(draw(name)).toEqual(weights);
    expect(draw(name, 2)).not.toEqual(weights);
  });
});

test.each(wanted.filter(([name]) => name.endsWith("Uniform")))(
  "%s fills ±√(3·variance) and stays within",
  (name, expected) => {
    const bound = Math.sqrt(3 * expected);
    const weights = draw(name);
    expect(weights.every((weight) => Math.abs(weight) <= bound)).toBe(true);
    expect(Math.max(...weights.subarray(0, 10_000))).toBeGreaterThan(0.99 * bound);
    expect(Math.min(...weights.subarray(0, 10_000))).toBeLessThan(-0.99 * bound);
  },
);

test("normal weights go beyond the uniform bound: about 8 % lie further out than √3 deviations", () => {
  const bound = Math.sqrt(3 * (2 / 300));
  const outside = draw("heNormal").filter((weight) => Math.abs(weight) > bound).length / count;
  expect(outside).toBeGreaterThan(0.075);
  expect(outside).toBeLessThan(0.091); // 0.0833 for a normal distribution
});
