// Several models vote: their probabilities are averaged, and what does not belong together is refused.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine } from "#engine";
import { buildModel, Ensemble, probabilitiesAt } from "#nn";
import type { LayerDescription } from "#nn";
import { calibrate, evaluate } from "#train";
import { patterns } from "../synthetic.ts";
import { planes } from "../train/tasks.ts";

const engine = await createEngine({ kernels: "reference" });
const build = (seed: number, { input = [2], units = 3 } = {}) =>
  buildModel(engine, { input, layers: [{ type: "dense", units }] }, { rng: new Rng(seed) });
const x = [1, -2, 0.5, 3, 4, 0];

describe("an ensemble", () => {
  const [a, b, c] = [1, 2, 3].map((seed) => build(seed));
  const ensemble = new Ensemble([a, b, c]);
  const { predictions, probabilities, logits } = ensemble.predict(x);

  test("says the mean of its members' probabilities", () => {
    const each = [a, b, c].map((member) => member.predict(x).probabilities);
    probabilities.forEach((p, index) =>
      expect(p).toBeCloseTo((each[0][index] + each[1][index] + each[2][index]) / 3, 6),
    );
  });

  test("predicts the class that is then the most probable", () => {
    const rows = [0, 1, 2].map((sample) => [...probabilities.subarray(3 * sample, 3 * sample + 3)]);
    expect([...predictions]).toEqual(rows.map((row) => row.indexOf(Math.max(...row))));
  });

  test("has logits of which softmax makes its probabilities", () => {
    const again = probabilitiesAt(1, { logits, samples: 3 });
    probabilities.forEach((p, index) => expect(p).toBeCloseTo(again[index], 6));
  });

  test("of one model says what the model says", () => {
    const alone = a.predict(x);
    const said = new Ensemble([a]).predict(x);
    expect(said.probabilities).toEqual(alone.probabilities);
    expect(said.predictions).toEqual(alone.predictions);
  });

  test("can be a member of another", () => {
    const nested = new Ensemble([new Ensemble([a, b]), new Ensemble([a, b])]).predict(x);
    new Ensemble([a, b]).predict(x).probabilities.forEach((p, index) => {
      expect(nested.probabilities[index]).toBeCloseTo(p, 6);
    });
  });

  test("keeps logits finite where a probability is 0", () => {
    const sure = build(1);
    sure.parameters.get("0.weight")?.data.fill(0);
    sure.parameters.get("0.bias")?.data.set([1000, 0, -1000]);
    const said = new Ensemble([sure, sure]).predict(x);
    expect([...said.probabilities.subarray(0, 3)]).toEqual([1, 0, 0]);
    expect(said.logits.every(Number.isFinite)).toBe(true);
  });

  test("of two classes that share a logit", () => {
    const pair = [build(1, { units: 1 }), build(2, { units: 1 })];
    for (const member of pair) member.card = { ...member.card, classNames: ["no", "yes"] };
    const said = new Ensemble(pair).predict(x);
    const [first, second] = pair.map((member) => member.predict(x).probabilities);
    expect(said.logits).toHaveLength(3);
    said.probabilities.forEach((p, index) => expect(p).toBeCloseTo((first[index] + second[index]) / 2, 6));
    said.logits.forEach((logit, sample) => {
      expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(said.probabilities[2 * sample + 1], 6);
      expect(said.predictions[sample]).toBe(logit > 0 ? 1 : 0);
    });
  });

  test("is judged and calibrated as a model is", async () => {
    const data = patterns({ samples: 200, noise: 0.8 });
    const layers: LayerDescription[] = [{ type: "flatten" }, { type: "dense", units: 4 }];
    const members = [1, 2].map((seed) => buildModel(engine, { input: [6, 6, 1], layers }, { rng: new Rng(seed) }));
    const both = new Ensemble(members);
    const before = await evaluate(both, data);
    expect(before.predictions).toEqual(both.predict(data.inputs).predictions);
    const { temperature, after } = await calibrate(both, data);
    expect(temperature).not.toBe(1);
    const judged = await evaluate(both, data);
    expect(judged.calibrationError).toBeCloseTo(after.calibrationError, 5);
    expect(judged.predictions).toEqual(before.predictions);
    expect(members.map(({ card }) => card.temperature)).toEqual([1, 1]);
  });
});

describe("models that do not belong together are refused", () => {
  const [a] = [build(1)];
  const named = (classNames: string[]) => {
    const model = build(2);
    model.card = { ...model.card, classNames };
    return model;
  };

  test("none at all", () => {
    expect(() => new Ensemble([])).toThrow("there is no model in it");
  });

  test("of other inputs", () => {
    expect(() => new Ensemble([a, build(2, { input: [3] })])).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: Ensemble: model 2 takes samples of [3], and the first [2]
        got   model 2 [3] and the first [2]
        want  models of the same samples and classes]
    `);
  });

  test("of other outputs", () => {
    expect(() => new Ensemble([a, a, build(2, { units: 4 })])).toThrow("model 3 makes logits of [4]");
  });

  test("of other classes, or the same in another order", () => {
    expect(() => new Ensemble([named(["a", "b", "c"]), named(["b", "a", "c"])])).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: Ensemble: model 2 was trained with other classes than the first
        got   classes = ["b","a","c"]
        want  ["a","b","c"]
        fix   train all of them with the same data]
    `);
  });

  test("of other columns", () => {
    const table = { inputs: [], target: { name: "a", kind: "category" as const, values: [] } };
    const other = build(2);
    other.card = { ...other.card, preprocessing: { ...other.card.preprocessing, table } };
    expect(() => new Ensemble([a, other])).toThrow("other columns");
  });

  test("of numbers, and numbers are not judged by classes", async () => {
    const numbers = build(2);
    numbers.card = { ...numbers.card, task: "regression" };
    expect(() => new Ensemble([a, numbers])).toThrow("one of the models predicts numbers");
    await expect(evaluate(new Ensemble([build(1, { units: 2 })]), planes())).rejects.toThrow(
      "only classes are voted on",
    );
  });
});
