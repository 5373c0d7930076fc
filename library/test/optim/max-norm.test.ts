// Norms of weights, limited: what is scaled back, and what is left alone.
import { afterAll, describe, expect, test } from "vitest";
import { SettingError } from "#base";
import { createEngine } from "#engine";
import { limitNorms } from "#optim";

const fast = await createEngine({ threads: 1 });
const engines = { reference: await createEngine({ kernels: "reference", precision: "f64" }), fast };
afterAll(() => fast.close());

describe.each(Object.entries(engines))("on %s kernels", (_, engine) => {
  test("each column that is longer than the limit is scaled back to it, the others keep every bit", () => {
    const weight = engine.parameter([3, 0.1, 0, 4, 0.2, 0], [2, 3]);
    limitNorms([weight], 2.5);
    const got = [...weight.data];
    expect(got[0]).toBeCloseTo(1.5, 6);
    expect(got[3]).toBeCloseTo(2, 6);
    expect([got[1], got[2], got[4], got[5]]).toEqual([...engine.tensor([0.1, 0, 0.2, 0], [4]).data]);
  });

  test("of a filter all axes but the last belong to one unit", () => {
    const weight = engine.parameter(1, [2, 2, 4, 3]); // 16 weights for each of 3 filters: length 4
    limitNorms([weight], 1);
    for (const value of weight.data) expect(value).toBeCloseTo(0.25, 6);
  });
});

test("biases and rows of numbers are left alone", () => {
  const engine = engines.reference;
  const bias = engine.parameter(9, [3], { decays: false });
  const row = engine.parameter(9, [3]);
  const steady = engine.parameter(9, [3, 3], { decays: false });
  limitNorms([bias, row, steady], 1);
  for (const { data } of [bias, row, steady]) expect([...data].every((value) => value === 9)).toBe(true);
});

test.each([0, -1, Number.NaN, Infinity])("refuses a limit of %s", (limit) => {
  expect(() => limitNorms([], limit)).toThrow(SettingError);
});

test("the refusal says what would do", () => {
  expect(() => limitNorms([], 0)).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: maxNorm: limit cannot be 0
      got   limit = 0
      want  a number above 0]
  `);
});
