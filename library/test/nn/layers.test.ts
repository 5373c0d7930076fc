// The layers one by one: what they compute, what shape they make, what they refuse.
import { describe, expect, test } from "vitest";
import { Rng, ShapeError } from "#base";
import { createEngine, sum } from "#engine";
import type { Tensor } from "#engine";
import { Activation, BatchNorm, buildModel, Dense, Dropout, Flatten, LayerNorm } from "#nn";

const engine = await createEngine({ kernels: "reference", precision: "f64" });
const rng = new Rng(1);
const training = { training: true, rng: null, step: 0 };
const evaluation = { training: false, rng: null, step: 0 };
const one = (architecture: object) => () => buildModel(engine, architecture as never, { rng });

describe("dense", () => {
  test("y = x·W + b", () => {
    const layer = new Dense(2, 3, { engine, rng });
    layer.weight.data.set([1, 2, 3, 4, 5, 6]);
    layer.bias?.data.set([10, 20, 30]);
    const y = layer.forward(engine.tensor([1, 1, 2, 0], [2, 2]));
    expect(y.shape).toEqual([2, 3]);
    expect([...y.data]).toEqual([15, 27, 39, 12, 24, 36]);
  });

  test("starts its bias at 0, and has none when told so", () => {
    expect([...(new Dense(2, 3, { engine, rng }).bias as Tensor).data]).toEqual([0, 0, 0]);
    const without = new Dense(2, 3, { engine, rng, bias: false });
    expect(without.bias).toBeNull();
    expect(Object.keys(without.parameters)).toEqual(["weight"]);
  });

  test("its weights decay, its bias does not", () => {
    const layer = new Dense(2, 3, { engine, rng });
    expect([layer.weight.decays, layer.bias?.decays]).toEqual([true, false]);
  });

  test("starts within ±√(6 / inputs) by default", () => {
    const { data } = new Dense(24, 50, { engine, rng }).weight;
    expect(Math.max(...data)).toBeLessThanOrEqual(0.5);
    expect(Math.max(...data)).toBeGreaterThan(0.49);
  });

  test("starts at 0 without a generator, for a file to fill in", () => {
    expect([...new Dense(1, 2, { engine, rng: null }).weight.data]).toEqual([0, 0]);
  });
});

describe("batch norm", () => {
  const x = () => engine.tensor([1, 10, 3, 20, 8, 60], [3, 2]);

  test("in training gives each channel mean 0 and variance 1 over the batch", () => {
    const y = new BatchNorm(2, { engine, epsilon: 1e-12 }).forward(x(), training).toArray();
    for (const channel of [0, 1]) {
      const values = [0, 1, 2].map((row) => y[2 * row + channel]);
      expect(values[0] + values[1] + values[2]).toBeCloseTo(0, 9);
      expect(values.reduce((square, value) => square + value * value, 0) / 3).toBeCloseTo(1, 9);
    }
  });

  test("keeps running averages: of the mean, and of the unbiased variance", () => {
    const layer = new BatchNorm(2, { engine, momentum: 0.1 });
    layer.forward(x(), training);
    // channel 0 holds 1, 3, 8: mean 4, Σ(x − 4)² = 26, unbiased 13; channel 1: mean 30, Σ = 1400, unbiased 700
    expect(layer.mean.data[0]).toBeCloseTo(0.1 * 4, 12);
    expect(layer.mean.data[1]).toBeCloseTo(0.1 * 30, 12);
    expect(layer.variance.data[0]).toBeCloseTo(0.9 + 0.1 * 13, 12);
    expect(layer.variance.data[1]).toBeCloseTo(0.9 + 0.1 * 700, 12);
    layer.forward(x(), training);
    expect(layer.mean.data[0]).toBeCloseTo(0.9 * 0.4 + 0.1 * 4, 12);
  });

  test("in evaluation uses them and leaves them alone", () => {
    const layer = new BatchNorm(2, { engine, epsilon: 1e-12 });
    layer.mean.data.set([1, 2]);
    layer.variance.data.set([4, 9]);
    layer.scale.data.set([2, 3]);
    layer.shift.data.set([10, 20]);
    const y = layer.forward(engine.tensor([5, 8], [1, 2]), evaluation);
    expect(y.data[0]).toBeCloseTo(10 + (2 * (5 - 1)) / 2, 9);
    expect(y.data[1]).toBeCloseTo(20 + (3 * (8 - 2)) / 3, 9);
    expect([...layer.mean.data, ...layer.variance.data]).toEqual([1, 2, 4, 9]);
  });

  test("a sample's answer in evaluation does not depend on its company", () => {
    const layer = new BatchNorm(2, { engine });
    const alone = layer.forward(engine.tensor([1, 10], [1, 2]), evaluation).toArray();
    expect(layer.forward(x(), evaluation).toArray().slice(0, 2)).toEqual(alone);
  });

  test("refuses to learn from one row", () => {
    const layer = new BatchNorm(2, { engine });
    expect(() => layer.forward(engine.zeros([1, 2]), training)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: batchNorm: a batch of one row has no variance to learn from
        got   x [1, 2]
        want  at least two rows in training
        fix   use a larger batch size, one that does not leave a last batch of one]
    `);
  });

  test("neither scale nor shift decays", () => {
    const { scale, shift } = new BatchNorm(2, { engine });
    expect([scale.decays, shift.decays]).toEqual([false, false]);
  });
});

describe("layer norm", () => {
  test("gives each sample mean 0 and variance 1, whatever its company, in training as in evaluation", () => {
    const model = one({ input: [4], layers: [{ type: "layerNorm", epsilon: 1e-12 }] })();
    const alone = [...model.forward([1, 2, 3, 6]).data];
    expect(alone.reduce((total, value) => total + value, 0)).toBeCloseTo(0, 9);
    expect(alone.reduce((total, value) => total + value * value, 0) / 4).toBeCloseTo(1, 9);
    const together = [...model.forward([1, 2, 3, 6, 100, 0, 0, 0], { training: true }).data];
    expect(together.slice(0, 4)).toEqual(alone);
  });

  test("scales and shifts each feature; neither scale nor shift decays", () => {
    const layer = new LayerNorm(2, { engine, epsilon: 1e-12 });
    layer.scale.data.set([2, 3]);
    layer.shift.data.set([10, 20]);
    const y = layer.forward(engine.tensor([1, 5], [1, 2]));
    expect(y.data[0]).toBeCloseTo(8, 9);
    expect(y.data[1]).toBeCloseTo(23, 9);
    expect([layer.scale.decays, layer.shift.decays]).toEqual([false, false]);
    expect(Object.keys(layer.parameters)).toEqual(["scale", "shift"]);
  });

  test("takes the last axis of a picture", () => {
    const model = one({ input: [2, 3, 5], layers: [{ type: "layerNorm" }] })();
    expect(model.parameters.get("0.scale")?.shape).toEqual([5]);
    expect(model.outputShape).toEqual([2, 3, 5]);
    expect(model.summary().flops).toBe(120);
  });

  test("refuses samples of another width, and an epsilon of 0", () => {
    const layer = new LayerNorm(2, { engine });
    expect(() => layer.forward(engine.zeros([1, 3]))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: layerNorm: there is not one scale and one shift for each feature
        got   x [1, 3] and scale [2] and shift [2]
        want  x [..., features] and [features] for both of the others]
    `);
    expect(one({ input: [4], layers: [{ type: "layerNorm", epsilon: 0 }] })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: architecture: layers.0: layerNorm: epsilon cannot be 0
        got   epsilon = 0
        want  a number above 0]
    `);
  });
});

describe("dropout", () => {
  const size = 40_000;
  const ones = () => engine.tensor(new Float64Array(size).fill(1), [size]);
  const pass = (step: number, seed = 1) => ({ training: true, rng: new Rng(seed), step });

  test("puts out its part of the numbers and scales up the rest, so that the mean stays", () => {
    const y = new Dropout(0.3).forward(ones(), pass(0));
    const out = y.toArray().filter((value) => value === 0).length / size;
    expect(Math.abs(out - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / size)); // five standard errors
    expect(y.toArray().every((value) => value === 0 || Math.abs(value - 1 / 0.7) < 1e-12)).toBe(true);
    expect(Math.abs(sum(y).item() / size - 1)).toBeLessThan(0.02);
  });

  test("puts out the same numbers in the same step, others in the next and for another seed", () => {
    const layer = new Dropout(0.5);
    const first = layer.forward(ones(), pass(7)).toArray();
    expect(layer.forward(ones(), pass(7)).toArray()).toEqual(first);
    expect(layer.forward(ones(), pass(8)).toArray()).not.toEqual(first);
    expect(layer.forward(ones(), pass(7, 2)).toArray()).not.toEqual(first);
  });

  test("two dropout layers of one model put out different numbers", () => {
    const layers = [
      { type: "dropout", rate: 0.5 },
      { type: "dropout", rate: 0.5 },
    ] as const;
    const model = buildModel(engine, { input: [1000], layers }, { rng });
    const [first, second] = model.activations(new Float64Array(1000).fill(1), pass(0)).map((y) => y.toArray());
    const both = second.filter((value) => value !== 0).length;
    expect(first.filter((value) => value !== 0).length - both).toBeGreaterThan(150); // with one mask it would be 0
  });

  test("does nothing in evaluation, nor at rate 0", () => {
    const x = ones();
    expect(new Dropout(0.5).forward(x, evaluation)).toBe(x);
    expect(new Dropout(0).forward(x, training)).toBe(x);
  });

  test("in training needs random numbers", () => {
    expect(() => new Dropout(0.5).forward(ones(), training)).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: dropout: a training pass with dropout needs random numbers
        got   rng = null
        fix   hand a generator in: model.forward(x, { training: true, rng, step })]
    `);
  });

  test("a rate of 1 would leave nothing", () => {
    expect(() => new Dropout(1)).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: dropout: rate cannot be 1
        got   rate = 1
        want  a number from 0 to below 1]
    `);
  });
});

describe("flatten and activations", () => {
  test("flatten keeps the batch and the numbers", () => {
    const x = engine.tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2, 1]);
    const y = new Flatten().forward(x);
    expect(y.shape).toEqual([2, 4]);
    expect([...y.data]).toEqual([...x.data]);
    expect(new Flatten().outputShape([28, 28, 1])).toEqual([784]);
  });

  test.each([
    ["relu", [0, 0, 2]],
    ["sigmoid", [0.2689414213699951, 0.5, 0.8807970779778823]],
    ["tanh", [-0.7615941559557649, 0, 0.9640275800758169]],
    ["softmax", [0.04201006613406605, 0.11419519938459449, 0.8437947344813395]],
  ])("%s of [−1, 0, 2]", (type, expected) => {
    const model = one({ input: [3], layers: [{ type }] })();
    const y = model.forward([-1, 0, 2]);
    expect(y.shape).toEqual([1, 3]);
    expected.forEach((value, index) => expect(y.data[index]).toBeCloseTo(value, 14));
  });

  test.each([
    [{ type: "leakyRelu" }, [-0.01, 0, 2]],
    [{ type: "leakyRelu", slope: 0.25 }, [-0.25, 0, 2]],
    [{ type: "elu" }, [-0.6321205588285577, 0, 2]],
    [{ type: "elu", alpha: 2 }, [-1.2642411176571153, 0, 2]],
    [{ type: "gelu" }, [-0.15865525393145707, 0, 1.9544997361036416]],
  ])("%j of [−1, 0, 2]", (layer, expected) => {
    const y = one({ input: [3], layers: [layer] })().forward([-1, 0, 2]);
    expected.forEach((value, index) => expect(y.data[index]).toBeCloseTo(value, 14));
  });

  test("an activation's settings are checked", () => {
    expect(one({ input: [3], layers: [{ type: "elu", alpha: -1 }] })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: architecture: layers.0: elu: alpha cannot be -1
        got   alpha = -1
        want  a number of at least 0]
    `);
    expect(one({ input: [3], layers: [{ type: "gelu", slope: 1 }] })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: architecture: layers.0: gelu: nobody knows a setting "slope"
        got   slope = 1
        want  no settings]
    `);
  });

  test("a layer made by hand from a function", () => {
    const doubled = new Activation((x) => x);
    expect(doubled.outputShape([3, 4])).toEqual([3, 4]);
    expect(doubled.flops([3, 4])).toBe(12);
  });
});

test("a layer refuses samples of another shape", () => {
  expect(() => new Dense(4, 2, { engine, rng }).outputShape([5])).toThrow(ShapeError);
});
