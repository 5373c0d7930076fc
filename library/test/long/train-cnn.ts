/** The recipe `cnn` from seed 1: the same lines run in Node and in a page. */
import { buildModel, createEngine, hashWeights, Rng, train } from "inkling";
import { findRecipe, mnist, trainingOf } from "inkling/digits";
import type { Source } from "inkling/digits";

/** @param stopAfter updates in all; null: the whole recipe */
export async function trainCnn(source: Source, threads: number, stopAfter: number | null) {
  const data = await mnist(source, { test: false });
  const recipe = findRecipe("cnn");
  const engine = await createEngine({ threads, module: "simd" });
  const model = buildModel(engine, recipe.architecture, { rng: new Rng(1) });
  const options = { ...trainingOf(recipe), data, rng: new Rng(1), stopAfter: stopAfter ?? undefined };
  for await (const record of train(model, options)) void record;
  const proof = { hash: await hashWeights(model), threads: engine.threads, module: engine.module };
  engine.close();
  return proof;
}

/** The digits from a server, for a page. */
export function trainFrom(folder: string, threads: number, stopAfter: number | null) {
  const source: Source = async (name) => new Uint8Array(await (await fetch(`${folder}/${name}`)).arrayBuffer());
  return trainCnn(source, threads, stopAfter);
}
