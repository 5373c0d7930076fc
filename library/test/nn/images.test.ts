// Layers that see pictures, and blocks of layers: what they compute, what shape they make, what they refuse.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine, sum } from "#engine";
import type { Tensor } from "#engine";
import {
  BatchNorm,
  buildModel,
  Conv2d,
  Dense,
  Dropout,
  Flatten,
  GlobalAveragePool2d,
  MaxPool2d,
  AveragePool2d,
  Residual,
} from "#nn";
import type { Layer } from "#nn";

const engine = await createEngine({ kernels: "reference", precision: "f64" });
const rng = new Rng(1);
const evaluation = { training: false, rng: null, step: 0 };
const shapeAfter = (input: number[], ...layers: object[]) =>
  buildModel(engine, { input, layers } as never, { rng }).outputShape;
const picture = (rows: number[][]) => engine.tensor(rows.flat(), [1, rows.length, rows[0].length, 1]);

describe("conv2d", () => {
  test("a filter is a pattern that is looked for everywhere", () => {
    const layer = new Conv2d(1, 1, { engine, rng, size: 2 });
    layer.weight.data.set([1, 0, 0, 1]); // a falling diagonal
    layer.bias?.data.set([0.5]);
    const y = layer.forward(
      picture([
        [1, 0, 0],
        [0, 1, 1],
        [0, 0, 1],
      ]),
    );
    expect(y.shape).toEqual([1, 2, 2, 1]);
    expect([...y.data]).toEqual([2.5, 1.5, 0.5, 2.5]);
  });

  test("weights and fans: a filter sees height · width · channels numbers", () => {
    const layer = new Conv2d(3, 40, { engine, rng, size: [5, 4] });
    expect(layer.weight.shape).toEqual([5, 4, 3, 40]);
    const bound = Math.sqrt(6 / 60);
    expect(Math.max(...layer.weight.data)).toBeLessThanOrEqual(bound);
    expect(Math.max(...layer.weight.data)).toBeGreaterThan(0.98 * bound);
    expect([layer.weight.decays, layer.bias?.decays]).toEqual([true, false]);
  });

  test.each([
    [{ size: 3 }, [5, 4, 2]],
    [{ size: 3, padding: "same" }, [7, 6, 2]],
    [{ size: 3, padding: 1, stride: 2 }, [4, 3, 2]],
    [{ size: 4, padding: "same", stride: [2, 3] }, [4, 2, 2]],
    [{ size: [7, 6] }, [1, 1, 2]],
    [{ size: [1, 2], stride: [3, 1] }, [3, 5, 2]],
  ])("%j makes %j of a sample of 7×6", (settings, shape) => {
    expect(shapeAfter([7, 6, 3], { type: "conv2d", filters: 2, ...settings })).toEqual(shape);
  });

  test("same padding puts the smaller half ahead", () => {
    const layer = new Conv2d(1, 1, { engine, rng, size: [1, 2], padding: "same", bias: false });
    layer.weight.data.set([1, 10]);
    expect([...layer.forward(picture([[1, 2, 3]])).data]).toEqual([21, 32, 3]);
  });

  test("counts multiplications and additions", () => {
    const layer = new Conv2d(3, 8, { engine, rng, size: 3 });
    expect(layer.flops([10, 12, 3])).toBe(8 * 10 * 8 * (2 * 27 + 1));
  });
});

describe("pooling", () => {
  const x = () =>
    picture([
      [1, 5, 2, 0],
      [3, 4, 1, 9],
      [7, 6, 0, 0],
    ]);

  test("the largest of each window, and what the last row lacks is left out", () => {
    const y = new MaxPool2d({ size: 2 }).forward(x());
    expect([y.shape, [...y.data]]).toEqual([
      [1, 1, 2, 1],
      [5, 9],
    ]);
  });

  test("the mean of each window, of the numbers that are there", () => {
    const y = new AveragePool2d({ size: 2, padding: "same" }).forward(x());
    expect([...y.data]).toEqual([13 / 4, 3, 13 / 2, 0]);
  });

  test("the mean of each channel over all pixels", () => {
    const y = new GlobalAveragePool2d().forward(engine.tensor([1, 10, 2, 20, 3, 30, 4, 40], [1, 2, 2, 2]));
    expect([y.shape, [...y.data]]).toEqual([
      [1, 2],
      [2.5, 25],
    ]);
  });

  test("equal numbers: the first alone receives the gradient, so nothing of it is lost or doubled", () => {
    const flat = engine.parameter(0, [1, 4, 4, 2]);
    sum(new MaxPool2d({ size: 2 }).forward(flat)).backward();
    const data = [...(flat.grad as Tensor).data];
    expect(data.reduce((total, value) => total + value, 0)).toBe(8);
    expect(data.slice(0, 4)).toEqual([1, 1, 0, 0]);
  });

  test("a NaN is not hidden", () => {
    expect([...new MaxPool2d({ size: [1, 2] }).forward(picture([[1, NaN, NaN, 2]])).data]).toEqual([NaN, NaN]);
  });

  test("windows overlap where the stride is smaller, and are as large as said", () => {
    expect(shapeAfter([9, 9, 4], { type: "maxPool2d", size: 3, stride: 2 })).toEqual([4, 4, 4]);
    expect(shapeAfter([9, 8, 4], { type: "averagePool2d", size: [3, 2] })).toEqual([3, 4, 4]);
    expect(shapeAfter([9, 9, 4], { type: "globalAveragePool2d" })).toEqual([4]);
  });
});

describe("batch norm for pictures", () => {
  test("takes every pixel of every sample as a row of its channel", () => {
    const layer = new BatchNorm(2, { engine, momentum: 1, epsilon: 1e-12 });
    const y = layer.forward(engine.tensor([1, 0, 3, 0, 5, 2, 7, 2], [2, 1, 2, 2]), { ...evaluation, training: true });
    expect([...layer.mean.data]).toEqual([4, 1]);
    expect(layer.variance.data[0]).toBeCloseTo(20 / 3, 12); // unbiased
    expect([...y.data].filter((_, index) => index % 2 === 1).map((value) => Math.round(1e6 * value) / 1e6)).toEqual([
      -1, -1, 1, 1,
    ]);
  });

  test("one picture is enough to learn from, unless it is a single pixel", () => {
    const layer = new BatchNorm(2, { engine });
    expect([layer.smallestBatch([3, 3, 2]), layer.smallestBatch([1, 1, 2]), layer.smallestBatch([2])]).toEqual([
      1, 2, 2,
    ]);
  });
});

describe("residual", () => {
  const double: Layer = {
    outputShape: (shape) => shape,
    forward: (x) =>
      engine.tensor(
        [...x.data].map((value) => 2 * value),
        x.shape,
      ),
  };

  test("y = F(x) + x", () => {
    expect([...new Residual([double]).forward(engine.tensor([1, 2], [1, 2]), evaluation).data]).toEqual([3, 6]);
  });

  test("y = F(x) + S(x)", () => {
    const y = new Residual([double, double], [double]).forward(engine.tensor([1, 2], [1, 2]), evaluation);
    expect([...y.data]).toEqual([6, 12]);
  });

  test("the gradient goes past layers that stop it", () => {
    const dead = new Dense(3, 3, { engine, rng: null });
    const x = engine.parameter([1, 2, 3], [1, 3]);
    sum(new Residual([dead]).forward(x, evaluation)).backward();
    expect([...(x.grad as Tensor).data]).toEqual([1, 1, 1]);
  });

  test("parameters and statistics are named by way and place, and a model finds them", () => {
    const conv = { type: "conv2d", filters: 4, size: 1 };
    const block = { type: "residual", layers: [{ ...conv, bias: false }, { type: "batchNorm" }], shortcut: [conv] };
    const model = buildModel(engine, { input: [3, 3, 2], layers: [block] } as never, { rng });
    expect([...model.tensors()].map(([name, { shape }]) => [name, shape])).toEqual([
      ["0.layers.0.weight", [1, 1, 2, 4]],
      ["0.layers.1.scale", [4]],
      ["0.layers.1.shift", [4]],
      ["0.shortcut.0.weight", [1, 1, 2, 4]],
      ["0.shortcut.0.bias", [4]],
      ["0.layers.1.mean", [4]],
      ["0.layers.1.variance", [4]],
    ]);
    const [first, second] = [...model.parameters.values()].filter(({ shape }) => shape.length === 4);
    expect([...first.data]).not.toEqual([...second.data]);
  });

  test("dropout within it has masks of its own", () => {
    const block = () => new Dropout(0.5);
    const x = engine.tensor(
      Array.from({ length: 64 }, () => 1),
      [1, 64],
    );
    const [through, past] = [[new Flatten(), block()], [new Flatten()]];
    const y = new Residual(through, past).forward(x, { training: true, rng: new Rng(3), step: 0 });
    const other = new Residual([block()], [new Flatten()]).forward(x, { training: true, rng: new Rng(3), step: 0 });
    expect(new Set(y.data)).toEqual(new Set([1, 3]));
    expect([...y.data]).not.toEqual([...other.data]);
  });

  test("asks of a batch what its layers ask", () => {
    const block = new Residual([new BatchNorm(4, { engine })]);
    expect([block.smallestBatch([4]), block.smallestBatch([2, 2, 4])]).toEqual([2, 1]);
  });
});

describe("what cannot be built", () => {
  const refusal = (input: number[], ...layers: object[]) => {
    try {
      shapeAfter(input, ...layers);
    } catch (error) {
      return (error as Error).message;
    }
    return "nothing was refused";
  };

  test("a filter larger than the picture", () => {
    expect(refusal([4, 4, 1], { type: "relu" }, { type: "conv2d", filters: 8, size: 5 })).toMatchInlineSnapshot(`
      "architecture: layers.1: conv2d: a window of 5×5 does not fit into a picture of 4×4
        got   x [1, 4, 4, 1] and window [5, 5]
        want  a window that is at most as large as the picture
        fix   take a smaller window, pad the picture, or make it smaller less often before"
    `);
  });

  test("pooling until nothing is left", () => {
    const pool = { type: "maxPool2d", size: 2 };
    expect(refusal([4, 4, 1], pool, pool, pool)).toMatchInlineSnapshot(`
      "architecture: layers.2: maxPool2d: a window of 2×2 does not fit into a picture of 1×1
        got   x [1, 1, 1, 1] and window [2, 2]
        want  a window that is at most as large as the picture
        fix   take a smaller window, pad the picture, or make it smaller less often before"
    `);
  });

  test("samples that are no pictures", () => {
    expect(refusal([28, 28], { type: "conv2d", filters: 8, size: 5 })).toMatchInlineSnapshot(`
      "architecture: layers.0: conv2d: a sample must be a picture here
        got   sample [28, 28]
        want  [height, width, channels]
        fix   pictures of one number per pixel have one channel: [28, 28, 1]"
    `);
    expect(refusal([8, 8, 1], { type: "flatten" }, { type: "maxPool2d", size: 2 })).toMatchInlineSnapshot(`
      "architecture: layers.1: maxPool2d: a sample must be a picture here
        got   sample [64]
        want  [height, width, channels]
        fix   put this layer ahead of flatten, and give input as [height, width, channels]"
    `);
  });

  test("a stride of 0, half a pixel of padding, a size of three numbers", () => {
    const conv = { type: "conv2d", filters: 8, size: 3 };
    expect(refusal([8, 8, 1], { ...conv, stride: 0 })).toMatchInlineSnapshot(`
      "architecture: layers.0: conv2d: stride cannot be 0
        got   stride = 0
        want  a whole number of at least 1, or two of them: [down, to the right]"
    `);
    expect(refusal([8, 8, 1], { ...conv, padding: 0.5 })).toMatchInlineSnapshot(`
      "architecture: layers.0: conv2d: padding cannot be 0.5
        got   padding = 0.5
        want  "valid" (none), "same", or so many pixels on every side"
    `);
    expect(refusal([8, 8, 1], { ...conv, size: [3, 3, 3] })).toMatchInlineSnapshot(`
      "architecture: layers.0: conv2d: size cannot be [3,3,3]
        got   size = [3,3,3]
        want  a whole number of at least 1, or two of them: [down, to the right]"
    `);
  });

  test("a pooling window that could see nothing but padding", () => {
    expect(refusal([8, 8, 1], { type: "maxPool2d", size: 2, padding: 2 })).toMatchInlineSnapshot(`
      "architecture: layers.0: maxPool2d: with a padding of 2, 2, 2, 2 a window of 2×2 could see nothing but padding
        got   padding = [2,2,2,2]
        want  less than the window's own height above and below, less than its width on the left and right"
    `);
  });

  test("a padding that is none, in a layer made by hand", () => {
    const layer = new Conv2d(1, 1, { engine, rng, size: 3, padding: "full" as never });
    expect(() => layer.outputShape([8, 8, 1])).toThrow("this is no padding");
  });

  test("a residual block whose ways do not meet", () => {
    const conv = { type: "conv2d", filters: 8, size: 3, stride: 2, padding: 1 };
    expect(refusal([8, 8, 1], { type: "residual", layers: [conv] })).toMatchInlineSnapshot(`
      "architecture: layers.0: residual: the way through and the way past end in different shapes, which cannot be added
        got   sample [8, 8, 1] and layers [4, 4, 8] and shortcut [8, 8, 1]
        want  equal shapes
        fix   give it a shortcut such as [{ "type": "conv2d", "filters": 8, "size": 1, "stride": 2 }]"
    `);
  });

  test("one layer in two places", () => {
    const shared = new Dense(4, 4, { engine, rng });
    expect(() => buildModel(engine, { input: [4], layers: [shared, { type: "relu" }, shared] }, { rng })).toThrow(
      "layers.2 is the same layer as layers.0",
    );
  });

  test("a mistake within a residual block is named with its place", () => {
    const inner = { type: "residual", layers: [{ type: "relu" }, { type: "conv2d", filter: 8 }] };
    expect(refusal([8, 8, 1], { type: "flatten" }, { type: "residual", layers: [inner] })).toMatchInlineSnapshot(`
      "architecture: layers.1.layers.0.layers.1: conv2d: nobody knows a setting "filter"
        got   filter = 8
        want  only filters, size, stride, padding, bias, initializer
        fix   did you mean filters?"
    `);
    expect(refusal([8, 8, 1], { type: "residual", layers: [] })).toMatchInlineSnapshot(`
      "architecture: layers.0: residual: there is nothing to learn
        got   layers = []
        want  at least one layer"
    `);
    expect(refusal([8, 8, 1], { type: "residual", layers: [null] })).toMatchInlineSnapshot(`
      "architecture: layers.0.layers.0 is not what it should be
        got   layers.0.layers.0 = null
        want  an object with a type, such as { "type": "relu" }"
    `);
  });
});

describe("prediction", () => {
  test("takes few large pictures at a time: a model that can be trained can be asked", async () => {
    const small = await createEngine({ threads: 1, memoryLimit: 300 * 2 ** 20 });
    const layers = [{ type: "conv2d", filters: 64, size: 1 }, { type: "globalAveragePool2d" }] as const;
    const model = buildModel(small, { input: [128, 128, 1], layers }, { rng });
    const outputs = model.outputs(new Uint8Array(100 * 128 * 128)); // 400 MiB of results
    expect([outputs.length, new Set(outputs).size]).toEqual([6400, 1]);
    small.close();
  });
});
