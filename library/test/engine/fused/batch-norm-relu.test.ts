/** Batch norm with a ReLU and a max pooling against the chain of the three. */
import { apply, batchNorm, createEngine, maxPool2d, relu } from "#engine";
import type { Engine, Pooling, Tensor } from "#engine";
import { batchNormReluOp } from "../../../src/engine/fused/batch-norm-relu.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gradientError } from "../../gradients.ts";
import { drawInputs, largestDifference, outcome, outcomeOfPromises } from "./chains.ts";

const CASES = [
  { x: [7, 5], size: 0 },
  { x: [13, 1], size: 0 },
  { x: [3, 2, 3, 8], size: 0 },
  { x: [2, 4, 6, 3], size: 2 },
  { x: [3, 5, 7, 5], size: 2 },
  { x: [9, 7, 4, 13], size: 3 },
];

let reference: Engine;
let fast: Engine;
beforeAll(async () => {
  reference = await createEngine({ kernels: "reference", precision: "f64" });
  fast = await createEngine({ threads: 2 });
});
afterAll(() => fast.close());

const poolingOf = (size: number): Pooling | null =>
  size === 0 ? null : { size: [size, size], stride: [size, size], padding: [0, 0, 0, 0] };

describe.each(CASES)("$x, windows of $size", ({ x: shape, size }) => {
  const settings = { epsilon: 1e-3, pooling: poolingOf(size) };
  const channels = shape[shape.length - 1];
  const shapes = [shape, [channels], [channels]];
  const arrays = drawInputs(shapes);
  const chain = ([x, scale, shift]: Tensor[]) => {
    const y = relu(batchNorm(x, { scale, shift, epsilon: 1e-3 }).output);
    return size === 0 ? y : (maxPool2d(y, { size }) as Tensor);
  };
  const fused = (inputs: Tensor[]) => apply(batchNormReluOp, inputs, settings);

  test("the derivative is the slope", async () => {
    const { error, place } = await gradientError({ op: batchNormReluOp, inputs: shapes, settings });
    expect(error, place).toBeLessThan(1e-6);
  });

  test("it is the chain that it replaces", () => {
    const want = outcome(reference, shapes, arrays, chain);
    expect(largestDifference(want, outcome(reference, shapes, arrays, fused))).toBeLessThan(1e-12);
    expect(largestDifference(want, outcome(fast, shapes, arrays, fused))).toBeLessThan(2e-5); // r multiplies f32 roundings
  });

  test.each(["reference", "fast"])("it writes all that it promises to write: %s", (name) => {
    const engine = name === "fast" ? fast : reference;
    const want = outcome(engine, shapes, arrays, fused);
    expect(largestDifference(want, outcomeOfPromises(engine, batchNormReluOp, settings, shapes, arrays))).toBe(0);
  });
});

test("windows that overlap are refused", () => {
  const pooling: Pooling = { size: [3, 3], stride: [2, 2], padding: [0, 0, 0, 0] };
  const inputs = [reference.zeros([1, 5, 5, 1]), reference.zeros([1]), reference.zeros([1])];
  expect(() => apply(batchNormReluOp, inputs, { epsilon: 1e-5, pooling })).toThrow("the windows overlap");
});
