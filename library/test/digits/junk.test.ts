// Junk of every kind: the same for the same seed, in the form of digits, and no two alike.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createDataset } from "#data";
import { createEngine } from "#engine";
import { buildModel } from "#nn";
import { junkKinds, madeUpJunk, refuseJunk } from "../../src/digits/index.ts";

/** Upright bars at one of ten places, wider the higher the class: digits, for those who know no others. */
const bars = (samples: number) => {
  const inputs = new Uint8Array(784 * samples);
  const labels = Uint8Array.from({ length: samples }, (_, sample) => sample % 10);
  labels.forEach((label, sample) => {
    for (let row = 4; row < 24; row++) {
      inputs.fill(200 + (sample % 50), sample * 784 + row * 28 + 10, sample * 784 + row * 28 + 11 + label);
    }
  });
  return createDataset({ inputs, labels, inputShape: [28, 28, 1], classNames: [..."0123456789"] });
};
const digits = bars(40);
const draw = (kind: (typeof junkKinds)[number], seed = 1) =>
  madeUpJunk(kind, { count: 12, digits, rng: new Rng(seed) });
const picture = (pictures: Uint8Array, index: number) => pictures.slice(index * 784, (index + 1) * 784);

describe.each(junkKinds.filter((kind) => kind !== "blank"))("%s", (kind) => {
  const pictures = draw(kind);

  test("are the same for the same seed, and others for another", () => {
    expect(draw(kind)).toEqual(pictures);
    expect(draw(kind, 2)).not.toEqual(pictures);
  });

  test("have ink, and are not all alike", () => {
    for (let index = 0; index < 12; index++) expect(Math.max(...picture(pictures, index))).toBeGreaterThan(0);
    expect(picture(pictures, 0)).not.toEqual(picture(pictures, 1));
  });

  test("of more pictures the first are the same", () => {
    expect(madeUpJunk(kind, { count: 3, digits, rng: new Rng(1) })).toEqual(pictures.slice(0, 3 * 784));
  });
});

test("blank is blank", () => {
  expect(draw("blank").every((byte) => byte === 0)).toBe(true);
});

test("a turned digit has the ink that it had", () => {
  const sum = (values: Uint8Array) => values.reduce((all, value) => all + value, 0);
  const all = new Set(Array.from({ length: 40 }, (_, index) => sum(picture(digits.inputs as Uint8Array, index))));
  for (let index = 0; index < 12; index++) expect(all).toContain(sum(picture(draw("turned"), index)));
});

test("half a digit has less ink than it had", () => {
  expect(draw("halves").filter((byte) => byte > 0).length).toBeGreaterThan(0);
});

test("nobody knows other kinds", () => {
  expect(() => draw("cats" as never)).toThrow('kind cannot be "cats"');
});

test("a model of digits learns to refuse what it has been shown, and little of what it should answer", async () => {
  const engine = await createEngine({ threads: 1 });
  const layers = [
    { type: "flatten" },
    { type: "dense", units: 16 },
    { type: "relu" },
    { type: "dense", units: 10 },
  ] as const;
  const model = buildModel(engine, { input: [28, 28, 1], layers }, { rng: new Rng(1) });
  const validation = bars(100);
  await refuseJunk(model, { training: bars(600), validation }, { rng: new Rng(1) });
  const refused = (inputs: Uint8Array) =>
    [...(model.predict(inputs).strangeness ?? [])].filter((value) => value > 0).length;
  expect(refused(validation.inputs as Uint8Array)).toBeLessThanOrEqual(2);
  expect(refused(madeUpJunk("noise", { count: 100, digits, rng: new Rng(9) }))).toBeGreaterThan(95);
  expect(refused(madeUpJunk("scribbles", { count: 100, digits, rng: new Rng(9) }))).toBeGreaterThan(90);
  engine.close();
});
