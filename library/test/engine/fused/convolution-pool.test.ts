// Convolution, bias, ReLU and max pooling in one op: its slope, and that it says what the four operations say.
import { setFlagsFromString } from "node:v8";
import { Rng, sizeOf } from "#base";
import type { Shape } from "#base";
import { add, apply, conv2d, createEngine, maxPool2d, relu } from "#engine";
import type { Engine, Tensor } from "#engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canPoolConvolution, convolutionPoolOp } from "../../../src/engine/fused/convolution-pool.ts";
import type { ConvolutionPooling } from "../../../src/engine/fused/convolution-pool.ts";
import { gradientError } from "../../gradients.ts";

setFlagsFromString("--experimental-wasm-relaxed-simd"); // Node 20 hides it

interface Case {
  x: Shape;
  weight: Shape;
  settings: ConvolutionPooling;
}

type Four = readonly [number, number, number, number];

function row(
  x: Shape,
  weight: Shape,
  {
    pool = [2, 2] as readonly [number, number],
    stride = [1, 1] as readonly [number, number],
    padding = [0, 0, 0, 0] as Four,
    relu: isRelu = true,
  } = {},
): Case {
  const pooling = { size: pool, stride: pool, padding: [0, 0, 0, 0] as const };
  return { x, weight, settings: { walk: { stride, padding }, pooling, relu: isRelu } };
}

/** Sides that pooling divides and such that it does not; with and without Winograd's way. */
const CASES: Case[] = [
  row([1, 2, 2, 1], [1, 1, 1, 1]),
  row([2, 7, 6, 1], [3, 3, 1, 5]),
  row([2, 7, 6, 1], [3, 3, 1, 5], { relu: false }),
  row([3, 5, 5, 2], [3, 3, 2, 3], { padding: [1, 1, 1, 1] }),
  row([2, 9, 8, 3], [5, 5, 3, 2], { stride: [2, 1], padding: [2, 2, 0, 1], relu: false }),
  row([2, 8, 9, 2], [2, 3, 2, 4], { pool: [3, 2] }),
  row([9, 7, 5, 8], [3, 3, 8, 8]),
  row([2, 5, 7, 12], [3, 3, 12, 16], { padding: [1, 1, 1, 1], relu: false }),
];

function numbers({ x, weight }: Case): Float32Array[] {
  const rng = new Rng(7).stream("convolutionPool");
  return [x, weight, [weight[3]]].map((shape) =>
    Float32Array.from({ length: sizeOf(shape) }, () => rng.uniform(-1, 1)),
  );
}

/** The output and all gradients, of the op or of the chain that it replaces; L is the sum of y times other numbers. */
function results(engine: Engine, each: Case, arrays: readonly Float32Array[], isFused: boolean): Float64Array[] {
  return engine.step(() => {
    const [x, weight, bias] = [each.x, each.weight, [each.weight[3]]].map((shape, index) =>
      engine.parameter(arrays[index], shape),
    );
    const { walk, pooling } = each.settings;
    const chain = () => {
      const sums = add(conv2d(x, weight, walk), bias);
      return maxPool2d(each.settings.relu ? relu(sums) : sums, pooling);
    };
    const y: Tensor = isFused ? apply(convolutionPoolOp, [x, weight, bias], each.settings) : chain();
    const upstream = Float32Array.from({ length: y.size }, (_, index) => ((index * 7) % 5) - 2);
    y.backward(engine.tensor(upstream, y.shape));
    return [y, x.grad, weight.grad, bias.grad].map((tensor) => Float64Array.from((tensor as Tensor).data));
  });
}

/** The largest difference, as a part of 1 + |what is wanted|. */
function difference(got: readonly Float64Array[], want: readonly Float64Array[]): number {
  return Math.max(
    ...got.map((array, index) => {
      expect(array.length).toBe(want[index].length);
      return Math.max(...array.map((value, at) => Math.abs(value - want[index][at]) / (1 + Math.abs(want[index][at]))));
    }),
  );
}

const describeCase = ({ x, weight, settings }: Case) =>
  `${x.join("×")} by ${weight.join("×")}, pooling ${settings.pooling.size.join("×")}${settings.relu ? "" : ", no ReLU"}`;

describe("the derivative is the slope", () => {
  const small = [...CASES.slice(1, 6), row([1, 4, 4, 8], [3, 3, 8, 8])];
  test.each(small.map((each) => [describeCase(each), each] as const))("%s", async (_, each) => {
    const inputs = [each.x, each.weight, [each.weight[3]]];
    const { error, place } = await gradientError({ op: convolutionPoolOp, inputs, settings: each.settings });
    expect(error, place).toBeLessThan(1e-6);
  });
});

describe("it says what convolution, bias, ReLU and pooling say", () => {
  let reference: Engine;
  let fast: Engine[];
  beforeAll(async () => {
    reference = await createEngine({ kernels: "reference", precision: "f64" });
    fast = await Promise.all(
      (["simd", "relaxed-simd"] as const).flatMap((module) =>
        [1, 2, 4].map((threads) => createEngine({ module, threads })),
      ),
    );
  });
  afterAll(() => fast.forEach((engine) => engine.close()));

  test.each(CASES.map((each) => [describeCase(each), each] as const))("%s", (_, each) => {
    const arrays = numbers(each);
    const want = results(reference, each, arrays, false);
    expect(difference(results(reference, each, arrays, true), want)).toBeLessThan(1e-12);
    for (const engine of fast) {
      // sums of some hundred products of numbers up to 1; Winograd's way adds up to 36 of them in other orders
      expect(difference(results(engine, each, arrays, true), want)).toBeLessThan(1e-5);
    }
  });

  test("the bits do not depend on threads", () => {
    const each = row([19, 13, 13, 32], [3, 3, 32, 64]);
    const arrays = numbers(each);
    const all = fast.map((engine) => results(engine, each, arrays, true));
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
    expect(all[4]).toEqual(all[3]);
    expect(all[5]).toEqual(all[3]);
  });

  test.each([
    ["one by one", row([1, 4, 6, 1], [3, 3, 1, 8])],
    ["by Winograd's way", row([1, 4, 6, 8], [3, 3, 8, 8])],
  ])("a NaN is not lost: %s", (_, each) => {
    const arrays = numbers(each);
    arrays[0][0] = NaN; // the first window alone sees it
    const nans = ([y]: readonly Float64Array[]) => [...y].map((value) => Number.isNaN(value));
    const want = nans(results(reference, each, arrays, false));
    expect(want.filter(Boolean)).toHaveLength(8);
    for (const engine of [reference, ...fast]) expect(nans(results(engine, each, arrays, true))).toEqual(want);
  });

  test.each([
    ["one by one", row([2, 4, 6, 1], [3, 3, 1, 8], { relu: false })],
    ["three by three", row([2, 6, 6, 2], [1, 1, 2, 8], { relu: false, pool: [3, 3] })],
    ["by Winograd's way", row([2, 6, 6, 8], [3, 3, 8, 8], { relu: false })],
  ])("of equals the first counts: %s", (_, each) => {
    const arrays = numbers(each).map((array) => array.fill(1)); // whole numbers, so that no sum is rounded
    const want = results(reference, each, arrays, false);
    for (const engine of [reference, ...fast]) expect(results(engine, each, arrays, true)).toEqual(want);
  });

  test("gradients that exist are added to, fresh ones are written, whatever the memory held", () => {
    const each = CASES[3];
    const arrays = numbers(each);
    for (const engine of [reference, fast[0]]) {
      const want = results(engine, each, arrays, true);
      engine.step(() => {
        const shapes = [each.x, each.weight, [each.weight[3]]];
        const inputs = shapes.map((shape, index) => engine.tensor(arrays[index], shape));
        const garbage = (shape: Shape) => engine.tensor(new Float32Array(sizeOf(shape)).fill(NaN), shape);
        const y = garbage(convolutionPoolOp.shape(inputs, each.settings));
        const saved = convolutionPoolOp.saved?.(inputs, each.settings).map(garbage) ?? [];
        convolutionPoolOp.forward(engine.kernels, inputs, y, each.settings, saved, []);
        expect(Float64Array.from(y.data)).toEqual(want[0]);
        const upstream = Float32Array.from({ length: y.size }, (_, index) => ((index * 7) % 5) - 2);
        const dy = engine.tensor(upstream, y.shape);
        const gradients = shapes.map(garbage);
        for (const fresh of [true, false]) {
          const views = gradients.map(({ shape, data }) => ({ shape, data, fresh }));
          const workspace = convolutionPoolOp.workspace?.(inputs, each.settings).map(garbage) ?? [];
          convolutionPoolOp.backward(engine.kernels, inputs, y, dy, views, each.settings, saved, workspace);
          const got = gradients.map(({ data }) => Float64Array.from(data, (value) => (fresh ? value : value / 2)));
          expect(difference(got, want.slice(1))).toBeLessThan(1e-6);
        }
      });
    }
  });
});

describe("what it refuses", () => {
  const refusal = async ({ x, weight, settings }: Case, filters = weight[3]) => {
    const engine = await createEngine({ kernels: "reference" });
    const inputs = [x, weight, [filters]].map((shape) => engine.zeros(shape));
    return () => apply(convolutionPoolOp, inputs, settings);
  };

  test("biases of another number of filters", async () => {
    expect(await refusal(row([1, 4, 4, 1], [3, 3, 1, 2]), 3)).toThrow("pictures, filters and biases");
  });

  test("pooling windows that overlap", async () => {
    const { x, weight, settings } = row([1, 6, 6, 1], [3, 3, 1, 2]);
    const overlapping = { ...settings, pooling: { ...settings.pooling, stride: [1, 2] as const } };
    expect(canPoolConvolution(x, weight, overlapping)).toBe(false);
    expect(await refusal({ x, weight, settings: overlapping })).toThrow("do not lie side by side");
  });

  test("a pooling window that is larger than the output", async () => {
    expect(await refusal(row([1, 3, 6, 1], [3, 3, 1, 2]))).toThrow("larger than the output");
  });

  test("more than a thread has room for", async () => {
    const each = row([1, 64, 64, 64], [3, 3, 64, 1], { pool: [60, 60] });
    expect(canPoolConvolution(each.x, each.weight, each.settings)).toBe(false);
    expect(await refusal(each)).toThrow("sees too much");
    expect(canPoolConvolution([1, 64, 64, 64], [3, 3, 64, 64], row([], [3, 3, 64, 64]).settings)).toBe(true);
  });
});

test("a pooling window as large as may be writes nowhere else, and a larger one is refused", async () => {
  const engine = await createEngine({ threads: 1 });
  const first = engine.lasting(5, [64]); // where the threads' scratch ends
  const shapeOf = (side: number) => {
    const pooling = { size: [side, side], stride: [side, side], padding: [0, 0, 0, 0] } as const;
    const settings = { walk: { stride: [1, 1], padding: [0, 0, 0, 0] }, pooling, relu: true } as const;
    return { x: [1, side + 2, side + 2, 1], weight: [3, 3, 1, 1], settings };
  };
  const { x, weight, settings } = shapeOf(127);
  expect(canPoolConvolution(x, weight, settings)).toBe(true);
  engine.step(() => {
    const inputs = [x, weight, [1]].map((shape) => engine.parameter(1, shape));
    const y = apply(convolutionPoolOp, inputs, settings);
    y.backward(engine.tensor([1], y.shape));
    expect([...(inputs[0].grad as Tensor).data].reduce((sum, value) => sum + value, 0)).toBe(9);
  });
  expect([...first.data]).toEqual(Array(64).fill(5));
  const larger = shapeOf(181);
  expect(canPoolConvolution(larger.x, larger.weight, larger.settings)).toBe(false);
  engine.close();
});
