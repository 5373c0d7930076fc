// A picture seen from several sides.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine } from "#engine";
import { AveragedViews, buildModel, Ensemble, shiftViews } from "#nn";
import type { Classifier, View } from "#nn";

const engine = await createEngine({ kernels: "reference" });
const layers = [{ type: "flatten" }, { type: "dense", units: 3 }] as const;
const build = (seed: number, input = [3, 4, 1]) => buildModel(engine, { input, layers }, { rng: new Rng(seed) });
const shift = (right: number, down: number): View => ({ type: "shift", right, down });

/** What a classifier is shown. */
function seen(x: Uint8Array | Float32Array, view: View, input = [3, 4, 1]): number[][] {
  const pictures: number[][] = [];
  const model = build(1, input);
  const witness: Classifier = {
    architecture: { input },
    outputShape: [3],
    card: model.card,
    predict(given) {
      pictures.push(Array.from(given));
      return model.predict(given);
    },
  };
  new AveragedViews(witness, [view]).predict(x);
  return pictures;
}

describe("a view", () => {
  const picture = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

  test.each([
    ["as it is", shift(0, 0), [...picture]],
    ["to the right", shift(1, 0), [0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11]],
    ["to the left", shift(-1, 0), [2, 3, 4, 0, 6, 7, 8, 0, 10, 11, 12, 0]],
    ["down", shift(0, 1), [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ["up", shift(0, -1), [5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0, 0]],
    ["both ways", shift(3, -2), [0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])("%s", (_, view, expected) => {
    expect(seen(picture, view)).toEqual([expected]);
  });

  test("moves each picture of several by itself, and colours together", () => {
    expect(seen(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), shift(1, 0), [1, 2, 2])).toEqual([[0, 0, 1, 2, 0, 0, 5, 6]]);
  });

  test("keeps numbers as they are", () => {
    expect(
      seen(
        Float32Array.from(picture, (value) => value / 2),
        shift(1, 1),
      ),
    ).toEqual([[0, 0, 0, 0, 0, 0.5, 1, 1.5, 0, 2.5, 3, 3.5]]);
  });
});

describe("the mean over views", () => {
  const model = build(1);
  const x = Uint8Array.from({ length: 24 }, (_, index) => (index * 37) % 256);

  test("is that of five: as it is, and a pixel to each side", () => {
    const all = shiftViews().map((view) => new AveragedViews(model, [view]).predict(x).probabilities);
    expect(all).toHaveLength(5);
    const mean = new AveragedViews(model).predict(x).probabilities;
    mean.forEach((p, index) => {
      expect(p).toBeCloseTo(all.reduce((sum, each) => sum + each[index], 0) / 5, 6);
    });
  });

  test("of one view, as it is, is what the model says", () => {
    expect(new AveragedViews(model, [shift(0, 0)]).predict(x).probabilities).toEqual(model.predict(x).probabilities);
  });

  test("goes with an ensemble, within it or around it", () => {
    const models = [model, build(2)];
    const around = new AveragedViews(new Ensemble(models)).predict(x).probabilities;
    const within = new Ensemble(models.map((each) => new AveragedViews(each))).predict(x).probabilities;
    around.forEach((p, index) => expect(p).toBeCloseTo(within[index], 6));
  });

  test("is refused for what is no picture, without views, and for views out of sight", () => {
    const row = buildModel(engine, { input: [4], layers: [{ type: "dense", units: 2 }] }, { rng: null });
    expect(() => new AveragedViews(row)).toThrow("only pictures can be looked at from several sides");
    expect(() => new AveragedViews(model, [])).toThrow("there is no view");
    expect(() => new AveragedViews(model, [shift(4, 0)])).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: AveragedViews: a picture of 3×4 cannot be moved like this
        got   views = {"type":"shift","right":4,"down":0}
        want  whole pixels that leave some of it in sight]
    `);
    expect(() => new AveragedViews(model, [shift(0.5, 0)])).toThrow("cannot be moved like this");
    expect(() => new AveragedViews(model, [{ type: "turn" } as never])).toThrow('nobody knows a view "turn"');
  });
});
