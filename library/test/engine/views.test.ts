// A view has no memory of its own: it holds on to the tensor whose numbers it shows.
import { beforeEach, expect, test } from "vitest";
import { createEngine, reshape } from "#engine";
import type { Engine } from "#engine";
import { buildModel } from "#nn";
import type { Model } from "#nn";

let engine: Engine;
beforeEach(async () => {
  engine = await createEngine({ threads: 1 });
});
const values = Float32Array.from({ length: 64 }, (_, index) => index);

/** A turn of the event loop after a collection, and then new tensors, which would take the place of what was lost. */
async function collectAndReuse() {
  for (let round = 0; round < 5; round++) {
    (globalThis.gc as () => void)();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return Array.from({ length: 20 }, () => engine.parameter(new Float32Array(64).fill(-1), [64]));
}

// functions of their own, for an async test's frame holds on to whatever it has once made
const reshapedTwice = () => reshape(reshape(engine.lasting(values, [64]), [8, 8]), [2, 32]);
const flattened = (model: Model) => model.forward(engine.lasting(values, [1, 8, 8]));

test("the memory of a kept tensor that nobody holds is used again", async () => {
  const { byteOffset } = engine.lasting(values, [64]).data;
  const others = await collectAndReuse();
  expect(others.map(({ data }) => data.byteOffset)).toContain(byteOffset);
});

test("a reshaped kept tensor keeps its numbers, although nobody holds the tensor itself", async () => {
  const view = reshapedTwice();
  const others = await collectAndReuse();
  expect(others.map(({ data }) => data.byteOffset)).not.toContain(view.data.byteOffset);
  expect(view.toArray()).toEqual(values);
});

test("so does one that a flatten layer has made", async () => {
  const flat = buildModel(engine, { input: [8, 8], layers: [{ type: "flatten" }] }, { rng: null });
  const view = flattened(flat);
  await collectAndReuse();
  expect(view.toArray()).toEqual(values);
});
