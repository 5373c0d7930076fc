// What a tensor is and how long it lives.
import { describe, expect, test } from "vitest";
import { add, createEngine, crossEntropy, gather, matmul, mean, multiply, reshape, sum, transpose } from "#engine";
import { MemoryError, ShapeError } from "#base";

const engine = await createEngine({ kernels: "reference", precision: "f64" });

describe("a tensor of given numbers", () => {
  test("has a shape, a size and the numbers in row-major order", () => {
    const x = engine.tensor([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(x.shape).toEqual([2, 3]);
    expect(x.size).toBe(6);
    expect([...x.toArray()]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...transpose(x).toArray()]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  test("is a copy: the array it was made from may change", () => {
    const values = [1, 2];
    const x = engine.tensor(values, [2]);
    values[0] = 7;
    expect(x.data[0]).toBe(1);
  });

  test("takes any ordinary array of numbers", () => {
    for (const values of [
      [1, 2],
      Float32Array.of(1, 2),
      Float64Array.of(1, 2),
      Int32Array.of(1, 2),
      Uint8Array.of(1, 2),
    ]) {
      expect([...engine.tensor(values, [2]).data]).toEqual([1, 2]);
    }
  });

  test("pixels are bytes times a scale", () => {
    expect([...engine.pixels(Uint8Array.of(0, 51, 255), [3], 1 / 255).data]).toEqual([0, 0.2, 1]);
  });

  test("a single number has the shape [] and is read by item()", () => {
    expect(engine.tensor([3], []).item()).toBe(3);
    expect(engine.tensor([3], [1, 1]).item()).toBe(3);
    expect(() => engine.tensor([1, 2], [2]).item()).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: item: there are 2 numbers here, not one
        got   tensor [2]
        fix   use .toArray(), or sum or mean first]
    `);
  });

  test("numbers that do not fill the shape are refused", () => {
    expect(() => engine.tensor([1, 2, 3], [2, 2])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: tensor: 3 numbers cannot fill a shape of 4
        got   values [3] and shape [2, 2]
        want  as many numbers as the product of the shape's lengths]
    `);
    expect(() => engine.tensor([], [0])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: tensor: a length is not a whole number of at least 1
        got   shape [0]]
    `);
    expect(() => engine.parameter([1], [2])).toThrow(ShapeError);
    expect(() => engine.lasting(0, [1.5])).toThrow(ShapeError);
    expect(() => engine.pixels(new Uint8Array(3), [2], 1)).toThrow(ShapeError);
  });

  test("toArray is a copy that lasts, data a window", () => {
    const x = engine.tensor([1, 2], [2]);
    const copy = x.toArray();
    x.data[0] = 9;
    expect(copy[0]).toBe(1);
    expect(x.toArray()[0]).toBe(9);
  });
});

describe("broadcasting", () => {
  const values = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  test.each([
    [[2, 3], [3], [2, 3], [2, 4, 6, 5, 7, 9]],
    [[2, 1], [3], [2, 3], [2, 3, 4, 3, 4, 5]],
    [[3], [2, 1], [2, 3], [2, 3, 4, 3, 4, 5]],
    [[], [2], [2], [2, 3]],
    [
      [2, 1, 2],
      [2, 1],
      [2, 2, 2],
      [2, 3, 3, 4, 4, 5, 5, 6],
    ],
  ])("%j + %j is %j", (a, b, shape, sums) => {
    const count = (lengths: number[]) => lengths.reduce((product, length) => product * length, 1);
    const y = add(engine.tensor(values(count(a)), a), engine.tensor(values(count(b)), b));
    expect(y.shape).toEqual(shape);
    expect([...y.data]).toEqual(sums);
  });

  test("lengths that differ are refused", () => {
    const [a, b] = [engine.zeros([3, 4] as number[]), engine.zeros([5] as number[])];
    expect(() => add(a, b)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: add: the shapes cannot be broadcast together: 4 meets 5
        got   a [3, 4] and b [5]
        want  counted from the last axis, equal lengths, or 1, or no axis]
    `);
  });
});

describe("shapes that cannot meet", () => {
  const zeros = (...shape: number[]) => engine.zeros(shape);

  test("matmul says which lengths differ and what may be missing", () => {
    expect(() => matmul(zeros(32, 784), zeros(128, 10))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: matmul: the inner dimensions differ: 784 and 128
        got   a [32, 784] and b [128, 10]
        want  a's columns = b's rows
        fix   is a layer missing between them? Dense(784, 128) would make a [32, 128]]
    `);
  });

  test("matmul wants two matrices", () => {
    expect(() => matmul(zeros(32, 28, 28), zeros(784, 10))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: matmul: both must be matrices
        got   a [32, 28, 28] and b [784, 10]
        want  two axes each: [m, k] and [k, n]
        fix   reshape first; a batch of images becomes a matrix by flatten]
    `);
  });

  test("reshape keeps the count", () => {
    expect(() => reshape(zeros(2, 3), [4, 2])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: reshape: 6 numbers cannot be seen as 8
        got   x [2, 3] and shape [4, 2]
        want  the same number of elements]
    `);
  });

  test("transpose takes an order of the axes", () => {
    expect(() => transpose(zeros(2, 3), [0, 0])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: transpose: [0, 0] is not an order of the axes
        got   x [2, 3]
        want  each of 0 to 1 once]
    `);
  });

  test("crossEntropy wants a matrix of logits and a list of labels", () => {
    expect(() => crossEntropy(zeros(6), [0])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: crossEntropy: there is not one label for each row of logits
        got   logits [6] and labels [1]
        want  logits [batch, classes] and labels [batch]]
    `);
    expect(() => crossEntropy(zeros(1, 2, 3), [0])).toThrow(ShapeError);
    expect(() => crossEntropy(zeros(2, 3), zeros(2, 1))).toThrow(ShapeError);
    expect(() => crossEntropy(zeros(2, 3), [0])).toThrow(ShapeError);
  });

  test("gather wants a list of row numbers, and rows", () => {
    expect(() => gather(zeros(3, 2), zeros(2, 2))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: gather: rows are picked by a list of numbers
        got   x [3, 2] and indices [2, 2]
        want  x [rows, …] and indices [n]]
    `);
    expect(() => gather(zeros(), [0])).toThrow(ShapeError);
  });

  test("reductions know their axes", () => {
    expect(() => sum(zeros(2, 3), 2)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: sum: there is no axis 2
        got   x [2, 3]
        want  an axis from 0 to 1]
    `);
    expect(() => mean(zeros(2, 3), -1)).toThrow(ShapeError);
  });

  test("an error is data", () => {
    try {
      matmul(zeros(2, 3), zeros(4, 5));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ name: "ShapeError", op: "matmul", shapes: { a: [2, 3], b: [4, 5] } });
    }
  });
});

describe("the life of a tensor", () => {
  test("it ends with the step, and the error names the op that made it", () => {
    const x = engine.parameter([1], []);
    const y = engine.step(() => add(x, x));
    expect(x.alive).toBe(true);
    expect(y.alive).toBe(false);
    expect(() => y.data).toThrow(MemoryError);
    expect(() => y.data).toThrowErrorMatchingInlineSnapshot(`
      [MemoryError: add: the numbers of this [] tensor are gone: the function given to engine.step returned
        want  a tensor of the step that is still running
        fix   call .keep() before the step ends, or read .toArray() or .item() within it]
    `);
    for (const read of [() => y.toArray(), () => y.item(), () => y.keep(), () => multiply(y, y)]) {
      expect(read).toThrow(MemoryError);
    }
  });

  test("shape and size may be read for ever", () => {
    const y = engine.step(() => engine.zeros([2, 3]));
    expect([y.shape, y.size]).toEqual([[2, 3], 6]);
  });

  test("keep() makes a lasting copy without history", () => {
    const w = engine.parameter([2, 3], [2]);
    const kept = engine.step(() => multiply(w, w).keep());
    expect(kept.alive).toBe(true);
    expect([...kept.data]).toEqual([4, 9]);
    expect(kept.requiresGradient).toBe(false);
    expect(kept.origin).toBeNull();
  });

  test("the results of two forward passes can be compared", () => {
    const w = engine.parameter([2, -1], [2, 1]);
    const first = matmul(engine.tensor([1, 1], [1, 2]), w);
    const second = matmul(engine.tensor([3, 1], [1, 2]), w);
    expect(first.item()).toBe(1);
    expect(second.item()).toBe(5);
    expect(second.item() - first.item()).toBe(4);
  });
});
