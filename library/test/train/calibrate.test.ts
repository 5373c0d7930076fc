// A temperature is found on samples that a model has not learnt from, and stays with it.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine } from "#engine";
import { loadModel, saveModel } from "#formats";
import { buildModel } from "#nn";
import { calibrate, evaluate, train } from "#train";
import { patterns } from "../synthetic.ts";
import { collect, planes } from "./tasks.ts";

const engine = await createEngine({ kernels: "reference" });
const layers = [{ type: "flatten" }, { type: "dense", units: 4 }] as const;
const noisy = { classes: 4, noise: 0.9 };
const learnt = patterns({ ...noisy, samples: 60 });
const unseen = patterns({ ...noisy, samples: 400, seed: 2 });
const optimizer = { type: "adam", learningRate: 0.05 } as const;

async function overfitted() {
  const model = buildModel(engine, { input: [6, 6, 1], layers }, { rng: new Rng(1) });
  await collect(train(model, { data: learnt, batchSize: 20, epochs: 40, optimizer, rng: new Rng(1) }));
  return model;
}

describe("a model that has learnt its samples by heart", async () => {
  const model = await overfitted();
  const before = await evaluate(model, unseen);
  const calibration = await calibrate(model, unseen);
  const after = await evaluate(model, unseen);

  test("is too sure, and no longer after its logits are divided", () => {
    expect(calibration.temperature).toBeGreaterThan(1.5);
    expect(calibration.after.loss).toBeLessThan(calibration.before.loss);
    expect(calibration.after.calibrationError).toBeLessThan(calibration.before.calibrationError / 2);
  });

  test("predicts what it predicted", () => {
    expect(after.predictions).toEqual(before.predictions);
    expect(after.loss).toBe(before.loss);
  });

  test("is judged with its temperature, and without", () => {
    expect(before.calibrationError).toBeCloseTo(calibration.before.calibrationError, 6);
    expect(before.uncalibratedError).toBeCloseTo(before.calibrationError, 6);
    expect(after.calibrationError).toBeCloseTo(calibration.after.calibrationError, 6);
    expect(after.uncalibratedError).toBeCloseTo(calibration.before.calibrationError, 6);
    expect(after.reliability.reduce((sum, { samples }) => sum + samples, 0)).toBe(400);
  });

  test("keeps it in its file", () => {
    expect(loadModel(engine, saveModel(model)).card.temperature).toBe(calibration.temperature);
  });
});

test("training on forgets the temperature: it was that of other weights", async () => {
  const model = await overfitted();
  await calibrate(model, unseen);
  expect(model.card.temperature).not.toBe(1);
  await collect(train(model, { data: learnt, batchSize: 20, epochs: 1, optimizer, rng: new Rng(1) }));
  expect(model.card.temperature).toBe(1);
});

test("numbers have no temperature, and other classes another one", async () => {
  const model = await overfitted();
  await expect(calibrate(model, planes() as never)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [SettingError: calibrate: a temperature is for the probabilities of classes, and the data have numbers to be predicted
      got   dataset.task = "regression"
      want  "classification"]
  `);
  await expect(calibrate(model, { ...unseen, classNames: ["a", "b", "c", "d"] })).rejects.toThrow("other classes");
  await expect(calibrate(model, patterns({ ...noisy, side: 5, samples: 8 }))).rejects.toThrow("25 numbers each");
});
