// Networks whose sizes are published, built from our layers: shapes, parameters and connections must come out the same.
import { describe, expect, test } from "vitest";
import { createEngine } from "#engine";
import { buildModel } from "#nn";
import type { Architecture, LayerSummary } from "#nn";

const engine = await createEngine({ kernels: "reference" });

/** What each layer that is named makes, as its summary says and as it really comes out. */
function layersOf(architecture: Architecture, names: readonly string[]) {
  const model = buildModel(engine, architecture, { rng: null });
  const { layers, parameters } = model.summary();
  const shapes = engine.step(() => {
    const made = model.activations(engine.zeros([1, ...architecture.input]));
    return made.map(({ shape }) => shape.slice(1));
  });
  expect(layers.map(({ shape }) => shape)).toEqual(shapes);
  const named = Object.fromEntries(names.map((name, index) => [name, layers[index]]).filter(([name]) => name !== ""));
  return { named: named as Record<string, LayerSummary>, parameters };
}

describe("LeNet-5 [LeCun98] section II.B", () => {
  const lenet: Architecture = {
    input: [32, 32, 1],
    layers: [
      { type: "conv2d", filters: 6, size: 5 },
      { type: "tanh" },
      { type: "averagePool2d", size: 2 },
      { type: "conv2d", filters: 16, size: 5 },
      { type: "tanh" },
      { type: "averagePool2d", size: 2 },
      { type: "conv2d", filters: 120, size: 5 },
      { type: "tanh" },
      { type: "flatten" },
      { type: "dense", units: 84 },
      { type: "tanh" },
      { type: "dense", units: 10 },
    ],
  };
  const { named, parameters } = layersOf(lenet, ["C1", "", "S2", "C3", "", "S4", "C5", "", "", "F6", "", "output"]);

  test.each([
    ["C1", [28, 28, 6]],
    ["S2", [14, 14, 6]],
    ["C3", [10, 10, 16]],
    ["S4", [5, 5, 16]],
    ["C5", [1, 1, 120]],
    ["F6", [84]],
    ["output", [10]],
  ])("%s makes %o", (name, shape) => {
    expect(named[name].shape).toEqual(shape);
  });

  // in the paper a map of C3 sees three, four or all six maps of S2: 6 · 3 + 9 · 4 + 1 · 6 = 60 of 96 pairs; here each
  // sees all. Its subsampling learns a coefficient and a bias for each map; here it is a plain mean
  const pairs = 6 * 3 + 9 * 4 + 1 * 6;
  const c3 = { published: 25 * pairs + 16, ours: 25 * 6 * 16 + 16 };
  const output = { published: 0, ours: 84 * 10 + 10 }; // in the paper distances from 840 numbers drawn by hand

  test.each([
    ["C1", 156],
    ["S2", 0],
    ["C3", c3.ours],
    ["S4", 0],
    ["C5", 48_120],
    ["F6", 10_164],
    ["output", output.ours],
  ])("%s learns %i numbers", (name, count) => {
    expect(named[name].parameters).toBe(count);
  });

  test("C3 would learn the published 1,516 with the table of the paper, and learns 2,416 without", () => {
    expect(c3).toEqual({ published: 1516, ours: 2416 });
  });

  test("in all the published 60,000, but for what is different here", () => {
    const [S2, S4] = [2 * 6, 2 * 16];
    expect(parameters).toBe(60_000 - S2 - S4 + (c3.ours - c3.published) + (output.ours - output.published));
    expect(parameters).toBe(61_706);
  });

  // a connection is a multiplication and an addition, but that of a bias, an addition only
  test.each([
    ["C1", 122_304],
    ["C3", (151_600 * c3.ours) / c3.published],
    ["C5", 48_120],
    ["F6", 10_164],
  ])("%s computes along %i connections", (name, connections) => {
    const { flops, shape } = named[name];
    const biases = shape.reduce((size, length) => size * length, 1);
    expect(flops).toBe(2 * connections - biases);
  });
});

// https://keras.io/examples/vision/mnist_convnet/ prints this table
describe("the convolutional network of the Keras examples", () => {
  const { named, parameters } = layersOf(
    {
      input: [28, 28, 1],
      layers: [
        { type: "conv2d", filters: 32, size: 3 },
        { type: "relu" },
        { type: "maxPool2d", size: 2 },
        { type: "conv2d", filters: 64, size: 3 },
        { type: "relu" },
        { type: "maxPool2d", size: 2 },
        { type: "flatten" },
        { type: "dropout", rate: 0.5 },
        { type: "dense", units: 10 },
      ],
    },
    ["conv2d", "", "max_pooling2d", "conv2d_1", "", "max_pooling2d_1", "flatten", "dropout", "dense"],
  );

  test.each([
    ["conv2d", [26, 26, 32], 320],
    ["max_pooling2d", [13, 13, 32], 0],
    ["conv2d_1", [11, 11, 64], 18_496],
    ["max_pooling2d_1", [5, 5, 64], 0],
    ["flatten", [1600], 0],
    ["dropout", [1600], 0],
    ["dense", [10], 16_010],
  ])("%s makes %o and learns %i numbers", (name, shape, count) => {
    expect(named[name]).toMatchObject({ shape, parameters: count });
  });

  test("34,826 in all", () => {
    expect(parameters).toBe(34_826);
  });
});
