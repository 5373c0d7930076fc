// Shapes that the compiler knows: what cannot meet does not compile. Each `@ts-expect-error` is a test of its own, made
// by `npm run types`: where the line below it compiled after all, the compiler would say so.
import { describe, expect, expectTypeOf, test } from "vitest";
import { ShapeError } from "#base";
import { add, createEngine, matmul, mean, multiply, reshape, sum, transpose } from "#engine";
import type { Tensor } from "#engine";
import { Dense } from "#nn";

const engine = await createEngine({ kernels: "reference" });

describe("matmul", () => {
  test("gives the outer lengths", () => {
    const y = matmul(engine.zeros([32, 784]), engine.zeros([784, 10]));
    expectTypeOf(y).toEqualTypeOf<Tensor<readonly [32, 10]>>();
    expect(y.shape).toEqual([32, 10]);
  });

  test("of [32, 784] with [128, 10] does not compile", () => {
    const [a, b] = [engine.zeros([32, 784]), engine.zeros([128, 10])] as const;
    // @ts-expect-error the inner dimensions differ: 784 and 128
    expect(() => matmul(a, b)).toThrow(ShapeError);
  });

  test("of a matrix with a row does not compile", () => {
    const [a, b] = [engine.zeros([2, 3]), engine.zeros([3])] as const;
    // @ts-expect-error both must be matrices
    expect(() => matmul(a, b)).toThrow(ShapeError);
  });

  test("compiles where a length is known only as a number, and is checked at run time", () => {
    const batch = Number("32");
    const x = engine.zeros([batch, 784]);
    const y = matmul(x, engine.zeros([784, 10]));
    expectTypeOf(y).toEqualTypeOf<Tensor<readonly [number, 10]>>();
    // @ts-expect-error 784 and 128 are known, whatever the batch
    expect(() => matmul(x, engine.zeros([128, 10]))).toThrow(ShapeError);

    const inner = Number("128");
    expect(() => matmul(engine.zeros([32, 784]), engine.zeros([inner, 10]))).toThrow(ShapeError);
  });

  test("compiles where nothing is known", () => {
    const a: Tensor = engine.zeros([2, 3]);
    const b: Tensor = engine.zeros([3, 4]);
    expectTypeOf(matmul(a, b)).toEqualTypeOf<Tensor<readonly [number, number]>>();
    expect(matmul(a, b).shape).toEqual([2, 4]);
  });
});

describe("arithmetic", () => {
  test("broadcasts known shapes", () => {
    expectTypeOf(add(engine.zeros([32, 10]), engine.zeros([10]))).toEqualTypeOf<Tensor<readonly [32, 10]>>();
    expectTypeOf(multiply(engine.zeros([4, 1]), engine.zeros([3]))).toEqualTypeOf<Tensor<readonly [4, 3]>>();
    expectTypeOf(add(engine.zeros([]), engine.zeros([2]))).toEqualTypeOf<Tensor<readonly [2]>>();
  });

  test("of [3, 4] and [5] does not compile", () => {
    const [a, b] = [engine.zeros([3, 4]), engine.zeros([5])] as const;
    // @ts-expect-error 4 meets 5
    expect(() => add(a, b)).toThrow(ShapeError);
    // @ts-expect-error 4 meets 5
    expect(() => multiply(a, b)).toThrow(ShapeError);
  });

  test("compiles where a length is known only as a number", () => {
    const batch = Number("3");
    const y = add(engine.zeros([batch, 4]), engine.zeros([4]));
    expect(y.shape).toEqual([3, 4]);
    expect(() => add(engine.zeros([batch]), engine.zeros([5]))).toThrow(ShapeError);
  });
});

describe("reductions and views", () => {
  test("an axis that is summed over leaves the type", () => {
    const x = engine.zeros([2, 3, 4]);
    expectTypeOf(sum(x, 0)).toEqualTypeOf<Tensor<readonly [3, 4]>>();
    expectTypeOf(sum(x, 1)).toEqualTypeOf<Tensor<readonly [2, 4]>>();
    expectTypeOf(mean(x, 2)).toEqualTypeOf<Tensor<readonly [2, 3]>>();
    expectTypeOf(sum(x)).toEqualTypeOf<Tensor<readonly []>>();
    expect(sum(x, 1).shape).toEqual([2, 4]);
  });

  test("the summed shape goes on being checked", () => {
    const row = sum(engine.zeros([2, 3]), 0); // [3]
    expect(add(row, engine.zeros([3])).shape).toEqual([3]);
    // @ts-expect-error 3 meets 2
    expect(() => add(row, engine.zeros([2]))).toThrow(ShapeError);
  });

  test("transpose swaps, reshape renames", () => {
    expectTypeOf(transpose(engine.zeros([2, 3]))).toEqualTypeOf<Tensor<readonly [3, 2]>>();
    expect(reshape(engine.zeros([2, 3]), [6]).shape[0]).toBe(6);
  });
});

describe("Dense", () => {
  const layer = new Dense(784, 10, { engine, rng: null });

  test("gives [batch, units]", () => {
    const y = layer.forward(engine.zeros([32, 784]));
    expectTypeOf(y).toEqualTypeOf<Tensor<readonly [32, 10]>>();
    expect(y.shape).toEqual([32, 10]);
  });

  test("does not take another inner size", () => {
    const x = engine.zeros([32, 128]);
    // @ts-expect-error 128 numbers per sample, and the layer takes 784
    expect(() => layer.forward(x)).toThrow(ShapeError);
  });

  test("takes lengths that are known only as numbers", () => {
    const inner = Number("784");
    const wide = new Dense(inner, 10, { engine, rng: null });
    expect(wide.forward(engine.zeros([2, inner])).shape).toEqual([2, 10]);
    const any: Tensor = engine.zeros([2, 784]);
    expect(layer.forward(any).shape).toEqual([2, 10]);
  });
});
