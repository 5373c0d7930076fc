// The price on large weights: its value and its gradient by hand, who pays, and what is refused.
import { expect, test } from "vitest";
import { createEngine } from "#engine";
import { weightPenalty } from "#nn";

const engine = await createEngine({ kernels: "reference", precision: "f64" });
const weights = () => [engine.parameter([1, -2, 3, 0], [2, 2]), engine.parameter([-4], [1])];

test("l1·Σ|w| + l2·Σw²", () => {
  const [a, b] = weights();
  expect(weightPenalty([a, b], { l1: 1 })?.item()).toBeCloseTo(10, 12);
  expect(weightPenalty([a, b], { l2: 1 })?.item()).toBeCloseTo(30, 12);
  expect(weightPenalty([a, b], { l1: 0.1, l2: 0.01 })?.item()).toBeCloseTo(1.3, 12);
  expect(weightPenalty([a, b], { l1: 0.1, l2: 0.01 })?.shape).toEqual([]);
});

test("its gradient is l1·sign(w) + 2·l2·w", () => {
  const [a, b] = weights();
  engine.step(() => {
    weightPenalty([a, b], { l1: 0.1, l2: 0.01 })?.backward();
    const got = [...(a.grad?.data ?? []), ...(b.grad?.data ?? [])];
    for (const [index, value] of [0.12, -0.14, 0.16, 0, -0.18].entries()) expect(got[index]).toBeCloseTo(value, 12);
  });
});

test("biases do not pay", () => {
  const bias = engine.parameter([100], [1], { decays: false });
  expect(weightPenalty([...weights(), bias], { l1: 1 })?.item()).toBeCloseTo(10, 12);
  expect(weightPenalty([bias], { l1: 1, l2: 1 })).toBeNull();
});

test("without a price there is no penalty", () => {
  expect(weightPenalty(weights(), {})).toBeNull();
  expect(weightPenalty(weights(), { l1: 0, l2: 0 })).toBeNull();
  expect(weightPenalty([], { l1: 1 })).toBeNull();
});

test("a negative price is refused, and one that nobody knows", () => {
  expect(() => weightPenalty([], { l1: -1 })).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: penalty: l1 cannot be -1
      got   l1 = -1
      want  a number of at least 0]
  `);
  expect(() => weightPenalty([], { l3: 1 } as object)).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: penalty: nobody knows a setting "l3"
      got   l3 = 1
      want  only l1, l2
      fix   did you mean l1?]
  `);
});
