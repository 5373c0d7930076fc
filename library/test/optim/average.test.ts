// The moving average of weights, by hand; the exchange; and what is refused.
import { afterAll, describe, expect, test } from "vitest";
import { SettingError } from "#base";
import { createEngine } from "#engine";
import { WeightAverage } from "#optim";

const fast = await createEngine({ threads: 1 });
const engines = { reference: await createEngine({ kernels: "reference", precision: "f64" }), fast };
afterAll(() => fast.close());

describe.each(Object.entries(engines))("on %s kernels", (_, engine) => {
  test("early averages are young, later ones forget by decay", () => {
    const weight = engine.parameter([0], [1]);
    const average = new WeightAverage([["0.weight", weight]], { decay: 0.5 });
    weight.data[0] = 11;
    average.update(1); // d = 2/11
    expect(average.state.get("0.weight")?.item()).toBeCloseTo(9, 5);
    average.update(100); // (1 + 100) / (10 + 100) lies above 0.5
    expect(average.state.get("0.weight")?.item()).toBeCloseTo(10, 5);
    expect(weight.data[0]).toBe(11);
  });

  test("a weight that stands still is its own average, to a last place or two, however long it stands", () => {
    const weight = engine.parameter([0.1, -3, 1e-3, 12345.678], [4]);
    const average = new WeightAverage([["w", weight]], { decay: 0.9999 });
    for (let step = 1; step <= 20_000; step++) average.update(step);
    const got = [...(average.state.get("w")?.data ?? [])];
    for (const [index, value] of got.entries()) {
      expect(Math.abs(value / weight.data[index] - 1)).toBeLessThan(2 ** -22);
    }
  });

  test("swap exchanges weights and averages, and a second swap puts them back", () => {
    const [weight, mean] = [engine.parameter([1, 2, 3], [3]), engine.lasting([4], [1])];
    const average = new WeightAverage(
      [
        ["0.weight", weight],
        ["1.mean", mean],
      ],
      { decay: 0.9 },
    );
    weight.data.set([10, 20, 30]);
    mean.data[0] = 40;
    average.swap();
    expect([...weight.data, ...mean.data]).toEqual([1, 2, 3, 4]);
    expect([...average.state.values()].map((tensor) => [...tensor.data])).toEqual([[10, 20, 30], [40]]);
    expect(average.swapped).toBe(true);
    average.swap();
    expect([...weight.data, ...mean.data]).toEqual([10, 20, 30, 40]);
    expect(average.swapped).toBe(false);
  });
});

test("the averages last beyond a step", () => {
  const engine = engines.reference;
  const weight = engine.parameter([1], [1]);
  const average = engine.step(() => new WeightAverage([["w", weight]], { decay: 0.9 }));
  expect(average.state.get("w")?.alive).toBe(true);
});

test("averages are not averaged with themselves", () => {
  const average = new WeightAverage([], { decay: 0.9 });
  average.swap();
  expect(() => average.update(1)).toThrowErrorMatchingInlineSnapshot(`
    [InklingError: WeightAverage: the model holds the averages now, which cannot be averaged with themselves
      want  the model's own weights
      fix   call swap() once more before the next update]
  `);
});

test.each([1, -0.1, Number.NaN, undefined])("refuses a decay of %s", (decay) => {
  expect(() => new WeightAverage([], { decay: decay as number })).toThrow(SettingError);
});
