// Learning-rate schedules: end points, hand values, and no jumps but those that are meant.
import { describe, expect, test } from "vitest";
import { SettingError } from "#base";
import { buildSchedule } from "#optim";
import type { ScheduleDescription } from "#optim";

const steps = 1000;
const stepsPerEpoch = 100;
const curve = (description: ScheduleDescription) => {
  const factor = buildSchedule(description);
  return Array.from({ length: steps }, (_, step) => factor({ step, steps, stepsPerEpoch }));
};
const largestJump = (factors: number[]) =>
  factors.slice(1).reduce((largest, factor, index) => Math.max(largest, Math.abs(factor - factors[index])), 0);

test("constant stays at the peak", () => {
  expect(new Set(curve({ type: "constant" }))).toEqual(new Set([1]));
});

describe("step", () => {
  test("multiplies by its factor after every so many epochs", () => {
    const factors = curve({ type: "step", every: 3, factor: 0.5 });
    expect([0, 299, 300, 599, 600, 900, 999].map((step) => factors[step])).toEqual([
      1, 1, 0.5, 0.5, 0.25, 0.125, 0.125,
    ]);
  });

  test("by 0.1 when nothing is said", () => {
    expect(curve({ type: "step", every: 5 })[999]).toBeCloseTo(0.1, 14);
  });
});

describe("cosine", () => {
  test("goes from 1 down half a wave: ½ in the middle, (1 + cos 45°)/2 after a quarter", () => {
    const factors = curve({ type: "cosine" });
    expect(factors[0]).toBe(1);
    expect(factors[500]).toBeCloseTo(0.5, 14);
    expect(factors[250]).toBeCloseTo((1 + Math.SQRT1_2) / 2, 14);
    expect(factors[999]).toBeLessThan(1e-5);
    expect(factors[999]).toBeGreaterThan(0);
  });

  test("ends at `final`", () => {
    expect(curve({ type: "cosine", final: 0.2 })[999]).toBeCloseTo(0.2, 4);
    expect(curve({ type: "cosine", final: 0.2 })[500]).toBeCloseTo(0.6, 14);
  });
});

describe("one-cycle", () => {
  const factors = curve({ type: "oneCycle", warmup: 0.3, start: 0.1, final: 0.01 });

  test("starts at `start`, has its peak at the end of the warm-up, ends near `final`", () => {
    expect(factors[0]).toBeCloseTo(0.1, 14);
    expect(factors[150]).toBeCloseTo(0.55, 14); // half way up the wave
    expect(factors[300]).toBe(1);
    expect(factors[650]).toBeCloseTo(0.505, 14); // half way down
    expect(factors[999]).toBeCloseTo(0.01, 4);
  });

  test("rises, then falls", () => {
    const peak = factors.indexOf(Math.max(...factors));
    expect(peak).toBe(300);
    expect(factors.every((factor, step) => step === 0 || factor > factors[step - 1] === step <= peak)).toBe(true);
  });

  test("warms up for 15 % of the steps from 0.04 when nothing is said", () => {
    const standard = curve({ type: "oneCycle" });
    expect(standard[0]).toBeCloseTo(0.04, 14);
    expect(standard[150]).toBe(1);
  });
});

test.each<ScheduleDescription>([
  { type: "cosine" },
  { type: "cosine", warmup: 0.1, final: 0.1 },
  { type: "constant", warmup: 0.2 },
  { type: "oneCycle" },
  { type: "oneCycle", warmup: 0 },
])("$type with warmup $warmup never jumps", (description) => {
  // the steepest of these waves rises by π/2 over a tenth of 1000 steps
  expect(largestJump(curve(description))).toBeLessThan(Math.PI / 2 / 100 + 1e-9);
});

test("a warm-up moves from its first step, and reaches the peak", () => {
  const factors = curve({ type: "constant", warmup: 0.1 });
  expect(factors[0]).toBeGreaterThan(0);
  expect(factors[99]).toBe(1);
  expect(factors[100]).toBe(1);
});

test("a longer training stretches the curve", () => {
  const factor = buildSchedule({ type: "oneCycle" });
  const at = (share: number, total: number) => factor({ step: share * total, steps: total, stepsPerEpoch });
  for (const share of [0, 0.1, 0.15, 0.5, 0.9]) expect(at(share, 2000)).toBeCloseTo(at(share, 1000), 14);
});

test("one single step has a rate above 0", () => {
  for (const type of ["constant", "cosine", "oneCycle"] as const) {
    expect(buildSchedule({ type })({ step: 0, steps: 1, stepsPerEpoch: 1 })).toBeGreaterThan(0);
  }
});

describe("what is refused", () => {
  test("an unknown kind", () => {
    const description = { type: "linear" } as unknown as ScheduleDescription;
    expect(() => buildSchedule(description)).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: schedule: nobody knows a schedule "linear"
        got   schedule.type = "linear"
        want  one of constant, step, cosine, oneCycle]
    `);
  });

  test.each([
    { type: "step" },
    { type: "step", every: 0 },
    { type: "step", every: 1, factor: -1 },
    { type: "cosine", final: 2 },
    { type: "cosine", final: Number.NaN },
    { type: "oneCycle", warmup: 1 },
    { type: "oneCycle", begin: 0 },
    { type: "constant", every: 1 },
  ])("%j", (description) => {
    expect(() => buildSchedule(description as ScheduleDescription)).toThrow(SettingError);
  });
});
