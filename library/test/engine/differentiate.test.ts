// Gradients through graphs: sums over paths, deep chains, and when they end.
import { describe, expect, test } from "vitest";
import { add, createEngine, exp, matmul, multiply, negate, relu, reshape, sum } from "#engine";
import type { Tensor } from "#engine";
import { MemoryError } from "#base";

const engine = await createEngine({ kernels: "reference", precision: "f64" });
const parameter = (...values: number[]) => engine.parameter(values, [values.length]);
const gradient = (tensor: Tensor) => [...(tensor.grad as Tensor).data];

describe("gradients add up over paths", () => {
  test("a value used twice by one op: d(x·x)/dx = 2x", () => {
    const x = parameter(3, -4);
    sum(multiply(x, x)).backward();
    expect(gradient(x)).toEqual([6, -8]);
  });

  test("a value used by two ops: d(2x + eˣ)/dx = 2 + eˣ", () => {
    const x = parameter(0);
    sum(add(add(x, x), exp(x))).backward();
    expect(gradient(x)).toEqual([3]);
  });

  test("a diamond: both arms have run before the value above them is visited", () => {
    const x = parameter(2);
    const y = multiply(x, x); // 4
    const left = multiply(y, y); // x⁴
    const right = negate(y); // −x²
    sum(add(left, right)).backward(); // d/dx = 4x³ − 2x
    expect(gradient(x)).toEqual([28]);
    expect(gradient(y)).toEqual([7]); // 2y − 1
  });

  test("diamonds upon diamonds: x doubled ten times is x·2¹⁰", () => {
    const x = parameter(1.5);
    let y: Tensor = x;
    for (let level = 0; level < 10; level++) y = add(y, y);
    sum(y).backward();
    expect(gradient(x)).toEqual([1024]);
  });

  test("arms of different lengths", () => {
    const x = parameter(3);
    const long = multiply(multiply(x, x), x);
    sum(add(x, long)).backward();
    expect(gradient(x)).toEqual([28]);
  });

  test("a view shares its numbers and sends its gradient on", () => {
    const x = parameter(1, 2, 3, 4);
    const matrix = reshape(x, [2, 2]);
    expect(matrix.data).toBe(x.data);
    sum(multiply(matrix, matrix)).backward();
    expect(gradient(x)).toEqual([2, 4, 6, 8]);
  });

  test("a repeated element collects from every place where it was repeated", () => {
    const bias = parameter(1, 2);
    sum(add(engine.zeros([3, 2]), bias)).backward();
    expect(gradient(bias)).toEqual([3, 3]);
  });
});

describe("backward", () => {
  test("walks 20,000 ops without the host's call stack", () => {
    const x = parameter(1);
    let y: Tensor = x;
    for (let depth = 0; depth < 20_000; depth++) y = negate(y);
    sum(y).backward();
    expect(gradient(x)).toEqual([1]);
  });

  test("reaches parameters only: given tensors ask for no gradient", () => {
    const w = parameter(2);
    const x = engine.tensor([3], [1]);
    sum(multiply(w, x)).backward();
    expect(gradient(w)).toEqual([3]);
    expect(x.grad).toBeNull();
  });

  test("twice in a step adds up in parameters, and not within the graph", () => {
    const w = parameter(3);
    const y = multiply(w, w);
    const loss = sum(y);
    loss.backward();
    expect(gradient(w)).toEqual([6]);
    loss.backward();
    expect(gradient(w)).toEqual([12]);
    expect(gradient(y)).toEqual([1]);
  });

  test("two losses of one step add up", () => {
    const w = parameter(3);
    sum(w).backward();
    sum(multiply(w, w)).backward();
    expect(gradient(w)).toEqual([7]);
  });

  test("takes dL/dy for a result that is no single number", () => {
    const x = parameter(1, 2);
    multiply(x, x).backward(engine.tensor([1, 10], [2]));
    expect(gradient(x)).toEqual([2, 40]);
  });

  test("refuses a result that is no single number, when no dL/dy is given", () => {
    const x = parameter(1, 2);
    expect(() => multiply(x, x).backward()).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: backward: only a single number has a gradient by itself
        got   tensor [2]
        want  a loss of shape []
        fix   take sum(y) or mean(y), or pass dL/dy as the argument]
    `);
  });

  test("refuses a dL/dy of another shape", () => {
    const x: Tensor = parameter(1, 2);
    expect(() => multiply(x, x).backward(engine.zeros([3]))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: backward: the upstream gradient has another shape
        got   tensor [2] and upstream [3]
        want  one number of dL/dy for each number of y
        fix   take sum(y) or mean(y), or pass dL/dy as the argument]
    `);
  });

  test("refuses a result that no parameter has a part in", () => {
    expect(() => sum(engine.zeros([2])).backward()).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: backward: no parameter has a part in this tensor, so there is nothing to differentiate by
        got   tensor []
        fix   make a tensor with engine.parameter(values, shape), or compute the loss from a model]
    `);
  });

  test("refuses a graph of a step that has ended", () => {
    const w = parameter(1);
    const loss = engine.step(() => sum(multiply(w, w)));
    expect(() => loss.backward()).toThrow(MemoryError);
  });
});

describe("gradients end with the step", () => {
  test("and a new step begins from zero", () => {
    const w = parameter(3);
    const old = engine.step(() => {
      sum(multiply(w, w)).backward();
      expect(gradient(w)).toEqual([6]);
      return w.grad as Tensor;
    });
    expect(() => old.data).toThrow(MemoryError);
    engine.step(() => {
      sum(w).backward();
      expect(gradient(w)).toEqual([1]);
    });
  });

  test("a gradient that is kept lasts", () => {
    const w = parameter(3);
    const kept = engine.step(() => {
      sum(multiply(w, w)).backward();
      return (w.grad as Tensor).keep();
    });
    expect(kept.item()).toBe(6);
  });
});

test("a hand-made network: two layers, all gradients by hand", () => {
  // h = relu(x·W), y = h·v, L = y²; x = [1, 2], W = [[1, −1], [1, 1]], v = [[2], [3]]
  const x = engine.tensor([1, 2], [1, 2]);
  const W = engine.parameter([1, -1, 1, 1], [2, 2]);
  const v = engine.parameter([2, 3], [2, 1]);
  const h = relu(matmul(x, W)); // [3, 1]
  const y = matmul(h, v); // 9
  sum(multiply(y, y)).backward(); // dL/dy = 18
  expect(y.item()).toBe(9);
  expect(gradient(v)).toEqual([54, 18]); // 18·h
  expect(gradient(h)).toEqual([36, 54]); // 18·v
  expect(gradient(W)).toEqual([36, 54, 72, 108]); // xᵀ·dh
});
