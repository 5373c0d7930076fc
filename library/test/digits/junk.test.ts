// Junk of every kind: the same for the same seed, in the form of digits, and no two alike.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createDataset } from "#data";
import { createEngine } from "#engine";
import { buildModel } from "#nn";
import { augmented } from "#train";
import { junkKinds, madeUpJunk, refuseJunk } from "../../src/digits/index.ts";
import { strokeWidth } from "../../src/digits/stroke-width.ts";

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

describe.each(["scribbles", "signs", "glyphs", "shapes", "silhouettes", "halves", "pairs"] as const)("%s", (kind) => {
  test("have MNIST's size and place", () => {
    for (let index = 0; index < 12; index++) {
      const pixels = [...picture(draw(kind), index)];
      const columns = [...pixels.keys()].filter((at) => pixels[at] > 0).map((at) => at % 28);
      const rows = [...pixels.keys()].filter((at) => pixels[at] > 0).map((at) => Math.floor(at / 28));
      const [left, right] = [Math.min(...columns), Math.max(...columns)];
      const longest = 1 + Math.max(right - left, Math.max(...rows) - Math.min(...rows));
      expect(Math.abs(longest - 20)).toBeLessThanOrEqual(1);
      const mass = pixels.reduce((sum, byte) => sum + byte, 0);
      const middle = pixels.reduce((sum, byte, at) => sum + (byte / mass) * (at % 28), 0);
      // what is heavy on one side would leave the picture
      if (left > 0 && right < 27) expect(Math.abs(middle - 14)).toBeLessThan(0.51);
      expect(Math.max(...pixels)).toBe(255);
    }
  });
});

test.each(["scribbles", "signs", "glyphs", "shapes", "silhouettes"] as const)("%s have soft edges", (kind) => {
  for (let index = 0; index < 12; index++) {
    expect(picture(draw(kind), index).some((byte) => byte > 0 && byte < 160)).toBe(true);
  }
});

test("pens are of many widths", () => {
  const widths = Array.from({ length: 12 }, (_, index) => {
    const values = Float32Array.from(picture(draw("glyphs"), index));
    return strokeWidth({ width: 28, height: 28, values });
  });
  expect(Math.max(...widths)).toBeGreaterThan(2 * Math.min(...widths));
});

test("a pair is as wide as two digits", () => {
  const columns = (pixels: Uint8Array) =>
    new Set([...pixels.keys()].filter((at) => pixels[at] > 0).map((at) => at % 28));
  for (let index = 0; index < 12; index++) {
    const gap = [...columns(picture(draw("pairs"), index))].toSorted((a, b) => a - b);
    expect(gap[gap.length - 1] - gap[0]).toBeGreaterThan(gap.length - 1);
  }
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
  const validation = bars(400);
  await refuseJunk(model, { training: bars(600), validation }, { rng: new Rng(1) });
  const refused = (inputs: Uint8Array) =>
    [...(model.predict(inputs).strangeness ?? [])].filter((value) => value > 0).length;
  expect(refused(validation.inputs as Uint8Array)).toBeLessThan(8);
  const leaning = augmented(engine, validation.inputs, [{ type: "affine", degrees: 6 }], {
    inputShape: [28, 28, 1],
    rng: new Rng(3),
  });
  expect(refused(Uint8Array.from(leaning, Math.round))).toBeLessThan(20);
  expect(refused(madeUpJunk("noise", { count: 100, digits, rng: new Rng(9) }))).toBeGreaterThan(95);
  expect(refused(madeUpJunk("scribbles", { count: 100, digits, rng: new Rng(9) }))).toBeGreaterThan(90);
  engine.close();
});
