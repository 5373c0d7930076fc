// An architecture is data, and data can be wrong: each refusal names the layer and what would have been right.
import { describe, expect, test } from "vitest";
import { InklingError, Rng } from "#base";
import { createEngine } from "#engine";
import { buildModel, layerTypes } from "#nn";
import type { Architecture, Draft } from "#nn";

const engine = await createEngine({ kernels: "reference" });
const build = (input: number[], ...layers: object[]) =>
  buildModel(engine, { input, layers } as unknown as Architecture, { rng: new Rng(1) });

describe("sizes are inferred", () => {
  test("from the input through every layer", () => {
    const model = build(
      [28, 28, 1],
      { type: "flatten" },
      { type: "dense", units: 16 },
      { type: "batchNorm" },
      { type: "dense", units: 10 },
    );
    expect(model.outputShape).toEqual([10]);
    expect([...model.parameters].map(([name, { shape }]) => [name, shape])).toEqual([
      ["1.weight", [784, 16]],
      ["1.bias", [16]],
      ["2.scale", [16]],
      ["2.shift", [16]],
      ["3.weight", [16, 10]],
      ["3.bias", [10]],
    ]);
    expect([...model.statistics.keys()]).toEqual(["2.mean", "2.variance"]);
    expect(model.parameterCount).toBe(784 * 16 + 16 + 16 + 16 + 160 + 10);
  });

  test("tensors come layer by layer, the order of files and hashes", () => {
    const model = build([4], { type: "batchNorm" }, { type: "dense", units: 2 });
    expect([...model.tensors()].map(([name]) => name)).toEqual([
      ...["0.scale", "0.shift", "0.mean", "0.variance"],
      ...["1.weight", "1.bias"],
    ]);
  });

  test("a layer's weights depend on its place and the seed, not on the layers around it", () => {
    const short = build([4], { type: "relu" }, { type: "dense", units: 3 });
    const long = build([4], { type: "tanh" }, { type: "dense", units: 3 }, { type: "dense", units: 2 });
    expect(long.parameters.get("1.weight")?.data).toEqual(short.parameters.get("1.weight")?.data);
  });

  test("every type of layer can be built", () => {
    const settings: Record<string, object> = {
      averagePool2d: { size: 2 },
      conv2d: { filters: 2, size: 2 },
      dropout: { rate: 0.5 },
      maxPool2d: { size: 2 },
      residual: { layers: [{ type: "relu" }] },
    };
    for (const type of layerTypes) {
      const architecture =
        type === "dense" ? build([3], { type, units: 2 }) : build([4, 4, 1], { type, ...settings[type] });
      expect(architecture.layers).toHaveLength(1);
    }
    expect(layerTypes.length).toBeGreaterThan(12);
  });
});

describe("what cannot be built", () => {
  test("an unknown layer", () => {
    expect(() => build([4], { type: "relu" }, { type: "dens", units: 3 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: architecture: layers.1: nobody knows a layer "dens"
        got   layers.1.type = "dens"
        want  one of dense, conv2d, maxPool2d, averagePool2d, globalAveragePool2d, residual, batchNorm, layerNorm, dropout, flatten, relu, leakyRelu, elu, gelu, sigmoid, tanh, softmax
        fix   did you mean "dense"?]
    `);
  });

  test("an unknown setting", () => {
    expect(() => build([4], { type: "dense", unit: 3 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: architecture: layers.0: dense: nobody knows a setting "unit"
        got   unit = 3
        want  only units, bias, initializer
        fix   did you mean units?]
    `);
  });

  test("a setting of a layer that has none", () => {
    expect(() => build([4], { type: "relu", slope: 0.1 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: architecture: layers.0: relu: nobody knows a setting "slope"
        got   slope = 0.1
        want  no settings]
    `);
  });

  test("a setting that is missing", () => {
    expect(() => build([4], { type: "dense" })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: architecture: layers.0: dense: units is missing
        got   units = undefined
        want  a whole number of at least 1]
    `);
  });

  test("a setting out of range", () => {
    expect(() => build([4], { type: "dropout", rate: 1.5 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: architecture: layers.0: dropout: rate cannot be 1.5
        got   rate = 1.5
        want  a number from 0 to below 1]
    `);
  });

  test("no layers", () => {
    expect(() => build([4])).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: architecture: there are no layers
        got   layers = []
        want  at least one layer]
    `);
  });

  test("a picture straight into a dense layer", () => {
    expect(() => build([28, 28, 1], { type: "dense", units: 10 })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: architecture: layers.0: dense: a sample must be one row of numbers here
        got   sample [28, 28, 1]
        fix   put { "type": "flatten" } ahead of it]
    `);
  });

  test("an input of no size", () => {
    expect(() => build([28, 0], { type: "flatten" })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: architecture: a length is not a whole number of at least 1
        got   shape [28, 0]]
    `);
  });

  test.each([
    ["units of 0", { type: "dense", units: 0 }],
    ["half a unit", { type: "dense", units: 2.5 }],
    ["units in words", { type: "dense", units: "ten" }],
    ["units that are no number", { type: "dense", units: Number.NaN }],
    ["a bias that is a number", { type: "dense", units: 2, bias: 1 }],
    ["an unknown initializer", { type: "dense", units: 2, initializer: "zeros" }],
    ["a negative rate", { type: "dropout", rate: -0.1 }],
    ["a momentum above 1", { type: "batchNorm", momentum: 2 }],
    ["an epsilon of 0", { type: "batchNorm", epsilon: 0 }],
    ["a layer without a type", { units: 3 }],
  ])("%s", (_, layer) => {
    expect(() => build([4], layer)).toThrow(InklingError);
  });
});

test("the compiler knows all layers and their settings", () => {
  const make = (architecture: Draft) => () => buildModel(engine, architecture, { rng: new Rng(1) });
  // @ts-expect-error nobody knows a layer "dens"
  expect(make({ input: [4], layers: [{ type: "dens", units: 3 }] })).toThrow("dens");
  // @ts-expect-error nor a setting "unit"
  expect(make({ input: [4], layers: [{ type: "dense", unit: 3 }] })).toThrow("unit");
  // @ts-expect-error nor where the architecture is handed over as it is
  expect(() => buildModel(engine, { input: [4], layers: [{ type: "dens" }] }, { rng: new Rng(1) })).toThrow("dens");
});
