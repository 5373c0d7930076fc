// A page has the networks that come along, and reads a digit with each.
import { expect, test } from "vitest";
import { createEngine } from "#engine";
import { hashWeights } from "#formats";
import { prepareStrokes, pretrained, pretrainedNames } from "../../src/digits/index.ts";

test.each(pretrainedNames)("%s in Chromium", async (name) => {
  const engine = await createEngine({ threads: 2 });
  const model = await pretrained(engine, name);
  expect(await hashWeights(model)).toBe(model.card.origin?.weights);
  const seven = prepareStrokes([[0, 0, 60, 0, 20, 100]]);
  expect([...model.predict(seven.image).predictions]).toEqual([7]);
  engine.close();
});
