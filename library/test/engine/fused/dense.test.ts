/** A dense layer with its bias and a ReLU against the chain of the three. */
import { add, apply, createEngine, matmul, relu } from "#engine";
import type { Engine, Tensor, View } from "#engine";
import { denseOp } from "../../../src/engine/fused/dense.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gradientError } from "../../gradients.ts";
import { drawInputs, largestDifference, outcome, outcomeOfPromises } from "./chains.ts";

const SIZES = [
  [1, 1, 1],
  [2, 3, 5],
  [7, 13, 9],
  [13, 5, 2],
  [16, 8, 12],
];
const LARGE = [
  [70, 300, 33], // more than one block of inner numbers
  [3, 784, 10],
  [128, 128, 10],
];

let reference: Engine;
let fast: Engine;
beforeAll(async () => {
  reference = await createEngine({ kernels: "reference", precision: "f64" });
  fast = await createEngine({ threads: 2 });
});
afterAll(() => fast.close());

const shapesOf = ([m, k, n]: number[]) => [[m, k], [k, n], [n]];
const rectified = (sizes: number[][]) => sizes.flatMap((size) => [true, false].map((rectify) => ({ size, rectify })));

test.each(rectified(SIZES))("the derivative is the slope: $size, ReLU $rectify", async ({ size, rectify }) => {
  const { error, place } = await gradientError({ op: denseOp, inputs: shapesOf(size), settings: { relu: rectify } });
  expect(error, place).toBeLessThan(1e-6);
});

describe.each(rectified([...SIZES, ...LARGE]))("$size, ReLU $rectify", ({ size, rectify }) => {
  const shapes = shapesOf(size);
  const settings = { relu: rectify };
  const arrays = drawInputs(shapes);
  const chain = ([x, weight, bias]: Tensor[]) => {
    const z = add(matmul(x, weight) as Tensor, bias);
    return rectify ? relu(z) : z;
  };
  const fused = (inputs: Tensor[]) => apply(denseOp, inputs, settings);

  test("it is the chain that it replaces", () => {
    const want = outcome(reference, shapes, arrays, chain);
    expect(largestDifference(want, outcome(reference, shapes, arrays, fused))).toBeLessThan(1e-12);
    expect(largestDifference(want, outcome(fast, shapes, arrays, fused))).toBeLessThan(2e-5); // sums of some hundred in f32
  });

  test("the gradients of products are the chain's bit by bit", () => {
    const want = outcome(fast, shapes, arrays, chain).slice(1, 3);
    expect(outcome(fast, shapes, arrays, fused).slice(1, 3)).toEqual(want);
  });

  test.each(["reference", "fast"])("it writes all that it promises to write: %s", (name) => {
    const engine = name === "fast" ? fast : reference;
    const want = outcome(engine, shapes, arrays, fused);
    expect(outcomeOfPromises(engine, denseOp, settings, shapes, arrays)).toEqual(want);
  });

  test("gradients that nobody asks for are left out", () => {
    const want = outcomeOfPromises(reference, denseOp, settings, shapes, arrays).slice(1);
    const view = (shape: readonly number[], values: ArrayLike<number>): View => ({
      shape,
      data: Float64Array.from(values),
    });
    const inputs = shapes.map((shape, index) => view(shape, arrays[index]));
    const y = view([size[0], size[2]], new Float64Array(size[0] * size[2]));
    denseOp.forward(reference.kernels, inputs, y, settings, [], []);
    for (const asked of [0, 1, 2]) {
      const dy = view(
        y.shape,
        y.data.map((_, index) => Math.fround(0.5 + ((index * 0.618034) % 1))),
      );
      const gradients = inputs.map(({ shape, data }, index) =>
        index === asked
          ? {
              ...view(
                shape,
                data.map(() => 1),
              ),
            }
          : null,
      );
      denseOp.backward(reference.kernels, inputs, y, dy, gradients, settings, [], []);
      const added = [...(gradients[asked]?.data ?? [])];
      expect(largestDifference([want[asked]], [added.map((value) => value - 1)])).toBeLessThan(1e-12);
    }
  });
});

test("a bias of another length is refused", () => {
  const view = (shape: number[]): View => ({ shape, data: new Float64Array(0) });
  expect(() => denseOp.shape([view([2, 3]), view([3, 5]), view([3])], { relu: true })).toThrow(
    "there is not one bias for each column",
  );
});
