// Operations on numbers that can be checked by hand, on both engines; and what they refuse. Derivatives: gradients.test.ts.
import { afterAll, describe, expect, expectTypeOf, test } from "vitest";
import {
  binaryCrossEntropy,
  concat,
  createEngine,
  crossEntropy,
  elu,
  gelu,
  huber,
  layerNorm,
  leakyRelu,
  meanSquaredError,
  pad,
  slice,
  transpose,
} from "#engine";
import type { Tensor } from "#engine";

const engines = {
  reference: await createEngine({ kernels: "reference", precision: "f64" }),
  fast: await createEngine({ threads: 1 }),
};
afterAll(() => engines.fast.close());
const { reference } = engines;

const close = (got: ArrayLike<number>, expected: number[], digits = 5) => {
  expect(got).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(got[index]).toBeCloseTo(value, digits);
};

describe.each(Object.entries(engines))("on %s kernels", (_, engine) => {
  test("leakyRelu lets a part of what is below 0 through", () => {
    close(leakyRelu(engine.tensor([-2, 0, 3], [3])).data, [-0.02, 0, 3]);
    close(leakyRelu(engine.tensor([-2, 0, 3], [3]), { slope: 0.5 }).data, [-1, 0, 3]);
  });

  test("elu levels off at −α", () => {
    close(elu(engine.tensor([-100, -1, 0, 2], [4])).data, [-1, 1 / Math.E - 1, 0, 2]);
    close(elu(engine.tensor([-100, -1, 2], [3]), { alpha: 3 }).data, [-3, 3 / Math.E - 3, 2]);
  });

  test("gelu weighs a number by the share of a normal distribution below it: 15.9 % at −1, 84.1 % at 1", () => {
    const x = engine.tensor([-Infinity, -1, 0, 1, 50, Infinity], [6]);
    close(gelu(x).data.subarray(0, 5), [0, -0.158655, 0, 0.841345, 50]);
    expect(gelu(x).data[5]).toBe(Infinity);
  });

  test("layerNorm gives each row mean 0 and variance 1, then scales and shifts its features", () => {
    const x = engine.tensor([1, 3, 10, 30], [2, 2]);
    const [scale, shift] = [engine.tensor([1, 2], [2]), engine.tensor([0, 5], [2])];
    close(layerNorm(x, { scale, shift, epsilon: 1e-12 }).data, [-1, 7, -1, 7]);
  });

  test("binaryCrossEntropy is cross entropy with two classes, one of whose logits is 0", () => {
    const logits = [2, -1, 0.5];
    const [twice] = [
      engine.tensor(
        logits.flatMap((x) => [0, x]),
        [3, 2],
      ),
    ];
    for (const labelSmoothing of [0, 0.1]) {
      const binary = binaryCrossEntropy(engine.tensor(logits, [3, 1]), [1, 1, 0], { labelSmoothing }).item();
      expect(binary).toBeCloseTo(crossEntropy(twice, [1, 1, 0], { labelSmoothing }).item(), 5);
    }
  });

  test("binaryCrossEntropy is finite for any logits, and a NaN comes through", () => {
    expect(binaryCrossEntropy(engine.tensor([1e30, -1e30], [2]), [1, 0]).item()).toBe(0);
    expect(binaryCrossEntropy(engine.tensor([1000], [1]), [0]).item()).toBe(1000);
    expect(binaryCrossEntropy(engine.tensor([NaN], [1]), [0]).item()).toBeNaN();
  });

  test("targets of binaryCrossEntropy get no gradient", () => {
    const [x, t] = [engine.parameter([0.5], [1]), engine.parameter([1], [1])];
    engine.step(() => {
      binaryCrossEntropy(x, t).backward();
      expect(t.grad?.item()).toBe(0);
      expect(x.grad?.item()).toBeCloseTo(1 / (1 + Math.exp(-0.5)) - 1, 6);
    });
  });

  test("huber: half the square near the target, a straight line far from it", () => {
    const [x, t] = [engine.tensor([1, 5, -3], [3]), engine.tensor([1.5, 1, 0], [3])];
    expect(huber(x, t).item()).toBeCloseTo((0.125 + 3.5 + 2.5) / 3, 6);
    expect(huber(x, t, { delta: 2 }).item()).toBeCloseTo((0.125 + 2 * 3 + 2 * 2) / 3, 6);
    expect(huber(x, t, { delta: 100 }).item()).toBeCloseTo(meanSquaredError(x, t).item() / 2, 6);
  });

  test("concat lays tensors one behind the other", () => {
    const [a, b] = [engine.tensor([1, 2, 3, 4], [2, 2]), engine.tensor([5, 6], [2, 1])];
    const y = concat([a, b, a], { axis: 1 });
    expect(y.shape).toEqual([2, 5]);
    expect([...y.data]).toEqual([1, 2, 5, 1, 2, 3, 4, 6, 3, 4]);
    expect([...concat([a, engine.tensor([7, 8], [1, 2])], { axis: 0 }).data]).toEqual([1, 2, 3, 4, 7, 8]);
  });

  test("a tensor that is joined with itself gets both gradients", () => {
    const x = engine.parameter([1, 2], [2]);
    engine.step(() => {
      concat([x, x], { axis: 0 }).backward(engine.tensor([1, 2, 30, 40], [4]));
      expect([...(x.grad as Tensor).data]).toEqual([31, 42]);
    });
  });

  test("slice takes a part; places below 0 count from the end", () => {
    const x = engine.tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 4]);
    const y = slice(x, { begin: [1, -3], end: [3, -1] });
    expect(y.shape).toEqual([2, 2]);
    expect([...y.data]).toEqual([6, 7, 10, 11]);
  });

  test("pad puts a margin around", () => {
    const x = engine.tensor([1, 2, 3, 4], [2, 2]);
    expect([...pad(x, { before: [0, 1], after: [1, 0] }).data]).toEqual([0, 1, 2, 0, 3, 4, 0, 0, 0]);
    expect([...pad(x, { before: [1, 0], after: [0, 1], value: 7 }).data]).toEqual([7, 7, 7, 1, 2, 7, 3, 4, 7]);
  });

  test("what pad adds slice takes away, on four axes", () => {
    const x = engine.tensor(
      Array.from({ length: 120 }, (_none, i) => i),
      [2, 3, 4, 5],
    );
    const wide = pad(x, { before: [1, 2, 3, 4], after: [4, 3, 2, 1], value: -1 });
    expect(slice(wide, { begin: [1, 2, 3, 4], end: [-4, -3, -2, -1] }).toArray()).toEqual(x.toArray());
    const whole = concat(
      [slice(x, { begin: [0, 0, 0, 0], end: [2, 3, 1, 5] }), slice(x, { begin: [0, 0, 1, 0], end: [2, 3, 4, 5] })],
      { axis: 2 },
    );
    expect(whole.toArray()).toEqual(x.toArray());
  });

  test("slice of six axes, most of which are taken whole", () => {
    const x = engine.tensor(
      Array.from({ length: 64 }, (_none, i) => i),
      [2, 2, 2, 2, 2, 2],
    );
    const y = slice(x, { begin: [0, 0, 0, 1, 0, 0], end: [2, 2, 2, 2, 2, 2] });
    expect([...y.data.subarray(0, 5)]).toEqual([4, 5, 6, 7, 12]);
  });
});

test("the compiler knows how many axes are left", () => {
  const x = reference.zeros([2, 3]);
  expectTypeOf(slice(x, { begin: [0, 0], end: [1, 1] })).toEqualTypeOf<Tensor<readonly [number, number]>>();
  expectTypeOf(pad(x, { before: [0, 0], after: [1, 1] })).toEqualTypeOf<Tensor<readonly [number, number]>>();
  expectTypeOf(elu(x)).toEqualTypeOf<Tensor<readonly [2, 3]>>();
});

describe("what is refused", () => {
  const x = reference.lasting(0, [2, 3]);
  const row = reference.lasting(0, [3]);
  const six = reference.lasting(0, [2, 2, 2, 2, 2, 2]);
  const all = (value: number) => Array.from({ length: 6 }, () => value);

  test("a slope that is none", () => {
    expect(() => leakyRelu(x, { slope: NaN })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: leakyRelu: what is below 0 needs a slope
        got   slope = NaN
        want  a finite number, usually between 0 and 1]
    `);
  });

  test("elu that levels off above 0", () => {
    expect(() => elu(x, { alpha: -1 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: elu: the unit levels off at −alpha, which lies below 0
        got   alpha = -1
        want  a number of at least 0]
    `);
  });

  test("layerNorm with the scales of other features", () => {
    expect(() => layerNorm(x, { scale: reference.zeros([2]), shift: row })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: layerNorm: there is not one scale and one shift for each feature
        got   x [2, 3] and scale [2] and shift [3]
        want  x [..., features] and [features] for both of the others]
    `);
  });

  test("layerNorm without epsilon", () => {
    expect(() => layerNorm(x, { scale: row, shift: row, epsilon: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: layerNorm: a row of equal numbers has the variance 0, and only epsilon keeps its root from dividing by 0
        got   epsilon = 0
        want  a number above 0]
    `);
  });

  test("binaryCrossEntropy with too few targets", () => {
    expect(() => binaryCrossEntropy(x, [1, 0])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: binaryCrossEntropy: there is not one target for each logit
        got   logits [2, 3] and targets [2]
        want  equal shapes]
    `);
  });

  test("binaryCrossEntropy with a class number", () => {
    expect(() => binaryCrossEntropy(row, [0, 1, 2])).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: binaryCrossEntropy: target 2 at position 2 is no probability
        got   targets = 2
        want  numbers from 0 (no) to 1 (yes)]
    `);
  });

  test("binaryCrossEntropy with nothing but smoothing", () => {
    expect(() => binaryCrossEntropy(row, [0, 1, 1], { labelSmoothing: 1 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: binaryCrossEntropy: label smoothing is a part of 1
        got   labelSmoothing = 1
        want  a number from 0 to below 1]
    `);
  });

  test("huber with targets of another shape", () => {
    expect(() => huber(x, row)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: huber: there is not one target for each number
        got   x [2, 3] and targets [3]
        want  equal shapes]
    `);
  });

  test("huber with a delta of 0", () => {
    expect(() => huber(x, x, { delta: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: huber: delta is how far off the square turns into a straight line
        got   delta = 0
        want  a number above 0]
    `);
  });

  test("huber with an endless delta", () => {
    expect(() => huber(x, x, { delta: Infinity })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: huber: delta is how far off the square turns into a straight line
        got   delta = Infinity
        want  a number above 0
        fix   for a square all the way take meanSquaredError(x, targets), which is twice as large]
    `);
  });

  test("concat of one", () => {
    expect(() => concat([x], { axis: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: concat: there is nothing to join: only one tensor was given
        got   tensors = [[2,3]]
        want  two tensors or more, as a list]
    `);
  });

  test("concat of shapes that differ elsewhere", () => {
    expect(() => concat([x, x, reference.zeros([2, 4])], { axis: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: concat: the shapes differ elsewhere than along axis 0
        got   first [2, 3] and input 2 [2, 4]
        want  shapes that are alike but for the axis along which they are joined]
    `);
  });

  test("concat of different ranks", () => {
    expect(() => concat([x, row], { axis: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: concat: the shapes differ elsewhere than along axis 0
        got   first [2, 3] and input 1 [3]
        want  shapes that are alike but for the axis along which they are joined]
    `);
  });

  test("concat along an axis that is not there", () => {
    expect(() => concat([x, x], { axis: 2 })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: concat: there is no axis 2
        got   x [2, 3]
        want  an axis from 0 to 1]
    `);
  });

  test("slice with an axis left out", () => {
    expect(() => slice(x, { begin: [0], end: [1] })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: slice: there is not one begin and one end for each axis
        got   x [2, 3] and begin [0] and end [1]
        want  2 numbers in each]
    `);
  });

  test("slice beyond the end", () => {
    expect(() => slice(x, { begin: [0, 0], end: [2, 4] })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: slice: from 0 to before 4 is no part of axis 1, which has the length 3
        got   x [2, 3] and begin [0, 0] and end [2, 4]
        want  0 ≤ begin < end ≤ length along each axis; below 0 a place counts from the end]
    `);
  });

  test("an empty slice", () => {
    expect(() => slice(x, { begin: [1, 0], end: [-1, 3] })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: slice: from 1 to before -1 is no part of axis 0, which has the length 2
        got   x [2, 3] and begin [1, 0] and end [-1, 3]
        want  0 ≤ begin < end ≤ length along each axis; below 0 a place counts from the end]
    `);
  });

  test("slice between places", () => {
    expect(() => slice(x, { begin: [0, 0.5], end: [2, 3] })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: slice: a place along an axis is no whole number
        got   begin = [0,0.5]
        want  a list of whole numbers, one for each axis]
    `);
  });

  test("a negative margin", () => {
    expect(() => pad(x, { before: [0, -1], after: [0, 0] })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: pad: a margin is no number of places
        got   before = [0,-1]
        want  a list of whole numbers of at least 0, one for each axis
        fix   slice takes places away]
    `);
  });

  test("a margin for one axis of two", () => {
    expect(() => pad(x, { before: [1], after: [1] })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: pad: there is not one margin before and one after for each axis
        got   x [2, 3] and before [1] and after [1]
        want  2 numbers in each, 0 where nothing is added]
    `);
  });

  test("a margin around six axes", () => {
    expect(() => pad(six, { before: all(1), after: all(1) })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: pad: the walk needs 6 nested loops, and there are 4
        got   shape [2, 2, 2, 2, 2, 2]
        fix   reshape so that neighbouring axes are one, or do it in two operations]
    `);
  });

  test("an order of six axes that no four loops can walk, in the same words", () => {
    expect(() => transpose(six, [5, 4, 3, 2, 1, 0])).toThrow("the walk needs 6 nested loops, and there are 4");
  });
});
