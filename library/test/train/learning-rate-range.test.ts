// All learning rates in one short training, after which the model is as it was.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine } from "#engine";
import { saveModel } from "#formats";
import { buildModel } from "#nn";
import type { LayerDescription } from "#nn";
import { learningRateRange } from "#train";
import { patterns } from "../synthetic.ts";

const data = patterns({ samples: 200 });
const layers: LayerDescription[] = [
  { type: "flatten" },
  { type: "dense", units: 16, bias: false },
  { type: "batchNorm" },
  { type: "relu" },
  { type: "dropout", rate: 0.1 },
  { type: "dense", units: 4 },
];
const build = async (kernels: "fast" | "reference" = "reference") =>
  buildModel(await createEngine({ kernels, threads: 1 }), { input: [6, 6, 1], layers }, { rng: new Rng(1) });
const optimizer = { type: "sgd", learningRate: 1 } as const;
const options = { data, batchSize: 32, optimizer, rng: new Rng(1) };

describe("the range test", async () => {
  const model = await build();
  const bytes = saveModel(model);
  const range = await learningRateRange(model, { ...options, from: 1e-4, to: 100, steps: 61 });

  test("raises the rate by the same factor from step to step", () => {
    expect(range.points[0].learningRate).toBeCloseTo(1e-4, 12);
    expect(range.points[10].learningRate).toBeCloseTo(1e-3, 9);
    expect(range.points[20].learningRate).toBeCloseTo(1e-2, 8);
  });

  test("finds a rate at which it learns, between those that do nothing and those that wreck it", () => {
    const { suggestion, least, points } = range;
    expect(suggestion).toBeCloseTo(least / 10, 12);
    expect(suggestion).toBeGreaterThan(1e-3);
    expect(suggestion).toBeLessThan(10);
    const lowest = Math.min(...points.map(({ smoothed }) => smoothed));
    expect(lowest).toBeLessThan(0.8 * points[0].smoothed);
  });

  test("smooths: each loss counts 0.95 times the next", () => {
    const [a, b, c] = range.points;
    expect(a.smoothed).toBe(a.loss);
    expect(b.smoothed).toBeCloseTo((0.95 * a.loss + b.loss) / 1.95, 12);
    expect(c.smoothed).toBeCloseTo((0.9025 * a.loss + 0.95 * b.loss + c.loss) / 2.8525, 12);
  });

  test("leaves the model as it was, batch norm's averages and card with it", () => {
    expect(saveModel(model)).toEqual(bytes);
  });

  test("says the same twice, and nearly the same on the fast kernels", async () => {
    expect(await learningRateRange(model, { ...options, from: 1e-4, to: 100, steps: 61 })).toEqual(range);
    const fast = await build("fast");
    const before = saveModel(fast);
    const { points } = await learningRateRange(fast, { ...options, from: 1e-4, to: 1, steps: 20 });
    expect(points).toHaveLength(20);
    expect(points[0].loss).toBeCloseTo(range.points[0].loss, 4);
    expect(saveModel(fast)).toEqual(before);
    fast.engine.close();
  });
});

test("suggests nothing where the loss never fell", async () => {
  const { suggestion } = await learningRateRange(await build(), { ...options, from: 1e-9, to: 1e-8, steps: 20 });
  expect(suggestion).toBeNull();
});

test("ends when it is asked to, and when the loss is out of sight", async () => {
  const model = await build();
  const before = saveModel(model);
  const aborted = await learningRateRange(model, { ...options, signal: AbortSignal.abort() });
  expect(aborted).toEqual({ points: [], suggestion: null, least: Number.NaN });
  const { points } = await learningRateRange(model, { ...options, from: 1e-3, to: 1e9 });
  expect(points.length).toBeLessThan(200);
  expect(saveModel(model)).toEqual(before);
});

test("refuses rates that do not rise, and options that nobody knows", async () => {
  const model = await build();
  await expect(learningRateRange(model, { ...options, from: 2, to: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [SettingError: learningRateRange: the rates do not rise
      got   from = 2
      want  less than 1, where it ends]
  `);
  await expect(learningRateRange(model, { ...options, steps: 3 })).rejects.toThrow("steps cannot be 3");
  await expect(learningRateRange(model, { ...options, momentum: 1 } as never)).rejects.toThrow("momentum");
});
