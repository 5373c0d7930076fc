/** Convolution with its bias and a ReLU against the chain of the three. */
import { add, apply, conv2d, createEngine, relu } from "#engine";
import type { Engine, Tensor } from "#engine";
import { convolutionOp } from "../../../src/engine/fused/convolution.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gradientError } from "../../gradients.ts";
import { drawInputs, largestDifference, outcome, outcomeOfPromises } from "./chains.ts";

const CASES = [
  { shapes: [[2, 5, 4, 3], [3, 3, 3, 2], [2]], stride: 1, padding: 1 },
  { shapes: [[3, 7, 6, 1], [5, 3, 1, 8], [8]], stride: 2, padding: 2 },
  { shapes: [[1, 3, 3, 7], [1, 1, 7, 13], [13]], stride: 2, padding: 0 },
  { shapes: [[9, 6, 7, 5], [2, 3, 5, 9], [9]], stride: 3, padding: 1 },
  // Winograd's way: forward, backward, and both
  { shapes: [[1, 4, 4, 16], [3, 3, 16, 8], [8]], stride: 1, padding: 1 },
  { shapes: [[1, 4, 3, 12], [3, 3, 12, 16], [16]], stride: 1, padding: 0 },
  { shapes: [[2, 2, 3, 16], [3, 3, 16, 16], [16]], stride: 1, padding: 2 },
].flatMap((each) => [true, false].map((rectify) => ({ ...each, rectify })));

let reference: Engine;
let fast: Engine;
beforeAll(async () => {
  reference = await createEngine({ kernels: "reference", precision: "f64" });
  fast = await createEngine({ threads: 2 });
});
afterAll(() => fast.close());

describe.each(CASES)("$shapes, stride $stride, padding $padding, ReLU $rectify", (each) => {
  const { shapes, stride, padding, rectify } = each;
  const settings = {
    walk: { stride: [stride, stride], padding: [padding, padding, padding, padding] },
    relu: rectify,
  } as const;
  const arrays = drawInputs(shapes);
  const chain = ([x, weight, bias]: Tensor[]) => {
    const z = add(conv2d(x, weight, { stride, padding }) as Tensor, bias);
    return rectify ? relu(z) : z;
  };
  const fused = (inputs: Tensor[]) => apply(convolutionOp, inputs, settings);

  test("the derivative is the slope", async () => {
    const { error, place } = await gradientError({ op: convolutionOp, inputs: shapes, settings });
    expect(error, place).toBeLessThan(1e-6);
  });

  test("it is the chain that it replaces", () => {
    const want = outcome(reference, shapes, arrays, chain);
    expect(largestDifference(want, outcome(reference, shapes, arrays, fused))).toBeLessThan(1e-12);
    expect(largestDifference(want, outcome(fast, shapes, arrays, fused))).toBeLessThan(2e-5); // sums of some hundred in f32
  });

  test.each(["reference", "fast"])("it writes all that it promises to write: %s", (name) => {
    const engine = name === "fast" ? fast : reference;
    const want = outcome(engine, shapes, arrays, fused);
    expect(largestDifference(want, outcomeOfPromises(engine, convolutionOp, settings, shapes, arrays))).toBe(0);
  });
});

describe("weights in Winograd's form", () => {
  const shapes = [
    [2, 6, 6, 16],
    [3, 3, 16, 16],
  ];
  const settings = { walk: { stride: [1, 1], padding: [1, 1, 1, 1] }, relu: false } as const;
  const [values, filters] = drawInputs(shapes);

  test("without a bias it is the convolution alone", () => {
    const chain = ([x, weight]: Tensor[]) => conv2d(x, weight, { padding: 1 }) as Tensor;
    const fused = (inputs: Tensor[]) => apply(convolutionOp, inputs, settings);
    const want = outcome(reference, shapes, [values, filters], chain);
    expect(largestDifference(want, outcome(reference, shapes, [values, filters], fused))).toBeLessThan(1e-12);
    expect(largestDifference(want, outcome(fast, shapes, [values, filters], fused))).toBeLessThan(2e-5);
  });

  test("a ReLU needs a bias, for z is not kept", () => {
    const [x, weight] = shapes.map((shape) => reference.zeros(shape));
    expect(() => apply(convolutionOp, [x, weight], { ...settings, relu: true })).toThrow(/not one bias/);
  });

  test.each([0, 700, 2303])("are remembered, and made anew when weight %d changes", (changed) => {
    fast.step(() => {
      const { kernels } = fast;
      const [x, weight] = shapes.map((shape, index) => fast.tensor([values, filters][index], shape));
      const memory = (convolutionOp.memory?.([x, weight], settings) ?? []).map((shape) => fast.zeros(shape));
      const outputs = (remembered: readonly Tensor[]) => {
        const y = fast.zeros(convolutionOp.shape([x, weight], settings));
        convolutionOp.forward(kernels, [x, weight], y, settings, [], remembered);
        return [...y.data];
      };
      const fresh = () => outputs(memory.map(({ shape }) => fast.zeros(shape)));
      expect(memory.length).toBe(2);
      const before = outputs(memory);
      expect(outputs(memory)).toEqual(before);
      weight.data[changed] += 1;
      expect(outputs(memory)).toEqual(fresh());
      expect(outputs(memory)).not.toEqual(before);
      // what is remembered is used: with another form of the same weights there are other outputs
      memory[0].data.fill(0);
      expect(outputs(memory)).toEqual(before.map(() => 0));
    });
  });
});
