// What keeps weights small: a penalty on them all, and a limit on the weights of each unit.
import { beforeAll, describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createDataset } from "#data";
import type { LayerDescription, Model } from "#nn";
import { train } from "#train";
import type { TrainOptions } from "#train";
import { build, finish, numbersOf, planes } from "./tasks.ts";

const line: LayerDescription[] = [{ type: "dense", units: 2 }];
const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  data: planes(),
  batchSize: 60,
  epochs: 200,
  optimizer: { type: "sgd", learningRate: 0.1 },
  rng: new Rng(1),
  ...changes,
});
const weights = async (changes: Partial<TrainOptions>, layers = line) =>
  numbersOf((await finish(await build(layers, { precision: "f64" }), options(changes))).model);
const sizeOfAll = (values: number[]) => values.reduce((sum, value) => sum + Math.abs(value), 0);

describe("a penalty", () => {
  test("l2 is, for plain descent, a decay of 2·l2: one step by hand", async () => {
    const start = numbersOf(await build(line, { precision: "f64" }));
    const plain = await weights({ epochs: 1 });
    const held = await weights({ epochs: 1, penalty: { l2: 0.3 } });
    held.get("0.weight")?.forEach((value, index) => {
      // w − η·(g + 2·l2·w)
      const w = Number(start.get("0.weight")?.[index]);
      expect(value).toBeCloseTo(Number(plain.get("0.weight")?.[index]) - 0.1 * 2 * 0.3 * w, 12);
    });
    expect(held.get("0.bias")).toEqual(plain.get("0.bias")); // biases do not decay
  });

  test("l2 equals the optimizer's own decay, over a whole training", async () => {
    // decoupled: w·(1 − η·λ) − η·g, which for plain descent is the penalty λ/2·Σw²
    const penalised = await weights({ penalty: { l2: 0.05 }, epochs: 30 });
    const decayed = await weights({ optimizer: { type: "sgd", learningRate: 0.1, weightDecay: 0.1 }, epochs: 30 });
    for (const [name, values] of penalised) {
      values.forEach((value, index) => expect(value).toBeCloseTo(Number(decayed.get(name)?.[index]), 10));
    }
  });

  test("l1 moves every weight by the same step towards 0", async () => {
    const start = numbersOf(await build(line, { precision: "f64" }));
    const plain = await weights({ epochs: 1 });
    const held = await weights({ epochs: 1, penalty: { l1: 0.3 } });
    held.get("0.weight")?.forEach((value, index) => {
      const sign = Math.sign(Number(start.get("0.weight")?.[index]));
      expect(value).toBeCloseTo(Number(plain.get("0.weight")?.[index]) - 0.1 * 0.3 * sign, 12);
    });
  });

  test("l1 puts out what is of no use, and leaves the rest", async () => {
    // the second input of y = a says nothing, but noise makes it look as if it did
    const rng = new Rng(5);
    const inputs = Float32Array.from({ length: 60 }, () => rng.uniform(-1, 1));
    const targets = Float32Array.from({ length: 30 }, (_, sample) => inputs[2 * sample] + 0.3 * rng.normal());
    const data = createDataset({ inputs, targets, inputShape: [2], targetNames: ["y"] });
    const single: LayerDescription[] = [{ type: "dense", units: 1 }];
    const changes = { data, batchSize: 30, epochs: 500, optimizer: { type: "sgd", learningRate: 0.01 } } as const;
    const plain = (await weights(changes, single)).get("0.weight") as number[];
    const held = (await weights({ ...changes, penalty: { l1: 0.1 } }, single)).get("0.weight") as number[];
    expect(Math.abs(plain[1])).toBeGreaterThan(0.04);
    expect(Math.abs(held[1])).toBeLessThan(0.002); // it hovers around 0, by less than a step of η·l1
    expect(held[0]).toBeGreaterThan(0.5);
  });

  test("makes weights smaller the larger it is", async () => {
    const sizes = [];
    for (const l2 of [0, 0.05, 0.5]) sizes.push(sizeOfAll((await weights({ penalty: { l2 } })).get("0.weight") ?? []));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes[2]).toBeLessThan(0.6 * sizes[0]);
  });

  test("is no part of the loss that is reported", async () => {
    const optimizer = { type: "sgd", learningRate: 1e-30 } as const;
    const plain = await finish(await build(line), options({ optimizer, epochs: 1 }));
    const held = await finish(await build(line), options({ optimizer, epochs: 1, penalty: { l1: 1, l2: 1 } }));
    expect(held.epochs).toEqual(plain.epochs);
  });

  test("that is beyond all numbers ends the training in words", async () => {
    const held = finish(await build(line), options({ penalty: { l2: 1e300 } }));
    await expect(held).rejects.toThrow("the loss became Infinity at step 1");
  });
});

describe("a limit on norms", () => {
  const deep: LayerDescription[] = [{ type: "dense", units: 8 }, { type: "tanh" }, { type: "dense", units: 2 }];
  /** The longest column of all weights [in, out]. */
  const longest = (values: Map<string, number[]>) =>
    Math.max(
      ...["0.weight", "2.weight"].flatMap((name) => {
        const units = name === "0.weight" ? 8 : 2;
        const columns = Array.from({ length: units }, () => 0);
        values.get(name)?.forEach((value, index) => (columns[index % units] += value * value));
        return columns.map(Math.sqrt);
      }),
    );

  test("holds after every step", async () => {
    const model = await build(deep);
    const lengths: number[] = [];
    for await (const record of train(model, options({ maxNorm: 0.8, epochs: 100, reportEvery: 1 }))) {
      if (record.kind === "progress") lengths.push(longest(numbersOf(model)));
    }
    expect(lengths).toHaveLength(100);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(0.8 + 1e-6);
    const free = await finish(await build(deep), options({ epochs: 100 }));
    expect(longest(numbersOf(free.model))).toBeGreaterThan(1);
  });

  test("that nothing reaches changes nothing", async () => {
    const free = await finish(await build(deep), options({ epochs: 10 }));
    expect((await finish(await build(deep), options({ epochs: 10, maxNorm: 1000 }))).hash).toBe(free.hash);
  });
});

describe("refused in words", () => {
  let model: Model;
  beforeAll(async () => {
    model = await build(line);
  });
  const start = (changes: object) => () => train(model, options(changes));

  test("a penalty that nobody knows", () => {
    expect(start({ penalty: { l3: 1 } })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: penalty: nobody knows a setting "l3"
        got   l3 = 1
        want  only l1, l2
        fix   did you mean l1?]
    `);
  });

  test("a negative one", () => {
    expect(start({ penalty: { l1: -1 } })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: penalty: l1 cannot be -1
        got   l1 = -1
        want  a number of at least 0]
    `);
  });

  test("a limit of 0", () => {
    expect(start({ maxNorm: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: train: maxNorm cannot be 0
        got   maxNorm = 0
        want  a number above 0]
    `);
  });

  test("an average that never moves", () => {
    expect(start({ averaging: { decay: 1 } })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: averaging: decay cannot be 1
        got   decay = 1
        want  a number from 0 to below 1]
    `);
  });

  test("an average without a decay", () => {
    expect(start({ averaging: {} })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: averaging: decay is missing
        got   decay = undefined
        want  a number from 0 to below 1]
    `);
  });
});
