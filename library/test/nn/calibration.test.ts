// Calibration against numbers worked out by hand, and on a model.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine } from "#engine";
import { buildModel, calibrationError, fitTemperature, meanCrossEntropy, probabilitiesAt, reliability } from "#nn";
import type { Layer } from "#nn";

describe("the calibration error", () => {
  const sure = (confidence: number, count: number) =>
    Array.from({ length: count }, () => [confidence, 1 - confidence]).flat();

  test("is 0 when 8 of 10 predictions made with 80 % are right", () => {
    const made = { predictions: Array.from({ length: 10 }, () => 0), probabilities: sure(0.8, 10) };
    expect(calibrationError([0, 0, 0, 0, 0, 0, 0, 0, 1, 1], made)).toBeCloseTo(0, 12);
  });

  test("is the gap when they are not: 90 % sure, half right", () => {
    const made = { predictions: [0, 0, 0, 0], probabilities: sure(0.9, 4) };
    expect(calibrationError([0, 0, 1, 1], made)).toBeCloseTo(0.4, 12);
  });

  test("gaps of different bins do not cancel", () => {
    const made = { predictions: [0, 0], probabilities: [0.95, 0.05, 0.55, 0.45] };
    expect(calibrationError([1, 0], made)).toBeCloseTo((0.95 + 0.45) / 2, 12);
  });

  test("a confidence of exactly 1 lies in the last bin", () => {
    expect(calibrationError([0], { predictions: [0], probabilities: [1, 0] })).toBe(0);
  });
});

describe("the reliability table", () => {
  const probabilities = [0.95, 0.05, 0.9, 0.1, 0.55, 0.45];
  const table = reliability([0, 1, 0], { predictions: [0, 0, 0], probabilities }, 5);

  test("sorts predictions by how sure they were", () => {
    expect(table.map(({ samples }) => samples)).toEqual([0, 0, 1, 0, 2]);
    expect(table[4]).toMatchObject({ low: 0.8, high: 1, accuracy: 0.5 });
    expect(table[4].confidence).toBeCloseTo(0.925, 12);
  });

  test("says nothing of a bin without samples", () => {
    expect(table[0]).toEqual({ low: 0, high: 0.2, samples: 0, confidence: null, accuracy: null });
  });

  test("adds up to the calibration error", () => {
    const sum = table.reduce(
      (all, bin) => all + bin.samples * Math.abs((bin.confidence ?? 0) - (bin.accuracy ?? 0)),
      0,
    );
    expect(calibrationError([0, 1, 0], { predictions: [0, 0, 0], probabilities }, 5)).toBeCloseTo(sum / 3, 14);
  });
});

describe("the temperature", () => {
  // always a lead of 4 over one other class, and three of four right: p = 3/4 is best, where 4/T = ln 3
  const logits = [4, 0, 4, 0, 4, 0, 0, 4];
  const labels = [0, 0, 0, 0];

  test("makes a model that leads by 4 and is right three times in four say 75 %", () => {
    const temperature = fitTemperature(logits, labels);
    expect(temperature).toBeCloseTo(4 / Math.log(3), 10);
    const [p] = probabilitiesAt(temperature, { logits, samples: 4 });
    expect(p).toBeCloseTo(0.75, 12);
  });

  test("is the same for one logit that tells two classes apart", () => {
    expect(fitTemperature([-4, -4, -4, 4], labels)).toBeCloseTo(4 / Math.log(3), 10);
    expect([...probabilitiesAt(2, { logits: [2], samples: 1 })][1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 14);
  });

  test("is below 1 for a model that is too modest", () => {
    expect(fitTemperature([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1], [0, 0, 0, 0, 0, 0])).toBeCloseTo(1 / Math.log(5), 10);
  });

  test.each([1, 2, 3, 4, 5])("leaves no better one beside it, samples %i", (seed) => {
    const rng = new Rng(seed);
    const values = Array.from({ length: 500 }, () => 6 * rng.normal());
    const drawn = Array.from({ length: 100 }, () => rng.integer(5));
    // half of them are right, so that there is something to be sure of
    for (let sample = 0; sample < 50; sample++) values[5 * sample + drawn[sample]] += 12;
    const temperature = fitTemperature(values, drawn);
    const lossAt = (t: number) =>
      meanCrossEntropy(
        values.map((value) => value / t),
        drawn,
      );
    const least = lossAt(temperature);
    for (const factor of [0.5, 0.99, 0.9999, 1.0001, 1.01, 2]) {
      expect(lossAt(factor * temperature)).toBeGreaterThan(least);
    }
    expect(lossAt(1)).toBeGreaterThan(least);
  });

  test("is 1 where nothing was wrong: who never erred in sight may err out of sight", () => {
    expect(fitTemperature([4, 0, 1, 3], [0, 1])).toBe(1);
    expect(fitTemperature([0, 0, 0, 0], [0, 1])).toBe(1);
  });

  test("is as warm as it can be where the model is worse than chance", () => {
    expect(fitTemperature([4, 0, 4, 0], [1, 1])).toBe(50);
  });

  test("stays finite for logits of ±1000", () => {
    expect(fitTemperature([1000, -1000, 1000, -1000, -1000, 1000], [0, 0, 0])).toBe(50);
    expect([...probabilitiesAt(1, { logits: [1000, -1000], samples: 1 })]).toEqual([1, 0]);
  });

  test("is not looked for in numbers that are none, or not enough", () => {
    expect(() => fitTemperature([1, 0, Number.NaN, 0], [0, 1])).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: fitTemperature: a logit of sample 1 is no finite number
        got   logits = NaN
        want  finite numbers]
    `);
    expect(() => fitTemperature([1, 0, 1], [0, 1])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: fitTemperature: there are not as many logits for each label
        got   logits [3] and labels [2]
        want  logits [samples × classes] for labels [samples], of one sample at least]
    `);
    expect(() => fitTemperature([], [])).toThrow("logits [0] and labels [0]");
  });
});

describe("a model with a temperature on its card", async () => {
  const engines = [
    await createEngine({ kernels: "reference" }),
    await createEngine({ threads: 1 }),
    await createEngine({ kernels: "reference", precision: "f64" }),
  ];
  const x = [1, -2, 0.5, 3];

  test.each(engines.map((engine) => [`${engine.kernelsName} ${engine.precision}`, engine] as const))(
    "divides by it for its probabilities alone: %s",
    (_, engine) => {
      const model = buildModel(engine, { input: [2], layers: [{ type: "dense", units: 3 }] }, { rng: new Rng(1) });
      const plain = model.predict(x);
      model.card = { ...model.card, temperature: 2.5 };
      const calibrated = model.predict(x);
      expect(calibrated.logits).toEqual(plain.logits);
      expect(calibrated.predictions).toEqual(plain.predictions);
      const expected = probabilitiesAt(2.5, { logits: plain.logits, samples: 2 });
      calibrated.probabilities.forEach((p, index) => expect(p).toBeCloseTo(expected[index], 6));
      expect(calibrated.probabilities[0]).not.toBeCloseTo(plain.probabilities[0], 3);
      model.card = { ...model.card, temperature: 1 };
      expect(model.predict(x)).toEqual(plain);
    },
  );

  test("of two classes that share a logit", () => {
    const model = buildModel(engines[0], { input: [2], layers: [{ type: "dense", units: 1 }] }, { rng: new Rng(1) });
    model.card = { ...model.card, temperature: 0.5 };
    const { probabilities, logits } = model.predict(x, { classes: 2 });
    const expected = probabilitiesAt(0.5, { logits, samples: 2 });
    probabilities.forEach((p, index) => expect(p).toBeCloseTo(expected[index], 6));
  });

  test("that cannot be recorded as a plan", () => {
    const own: Layer = {
      outputShape: (shape) => shape,
      forward: (input) => input,
    };
    const model = buildModel(engines[0], { input: [2], layers: [own] }, { rng: null });
    model.card = { ...model.card, temperature: 2 };
    const { probabilities, logits } = model.predict(x);
    expect([...logits]).toEqual(x);
    expect(probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 6);
  });
});
