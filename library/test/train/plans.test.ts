// Training by plans: the same as operation by operation, and what cannot be recorded is trained all the same.
import { Rng } from "#base";
import { createEngine, multiply, relu } from "#engine";
import type { Engine } from "#engine";
import { hashWeights } from "#formats";
import { buildModel } from "#nn";
import type { Layer } from "#nn";
import { train } from "#train";
import { describe, expect, test } from "vitest";
import { patterns } from "../synthetic.ts";

const data = patterns({ samples: 200, classes: 4, side: 6 });

/** Trains the layers for two epochs, the last batches of which are smaller. */
async function trained(engine: Engine, own: readonly Layer[]) {
  const layers = [{ type: "flatten" }, { type: "dense", units: 12 }, ...own, { type: "dense", units: 4 }] as const;
  const model = buildModel(engine, { input: [6, 6, 1], layers }, { rng: new Rng(1) });
  const options = { data, batchSize: 64, epochs: 2, rng: new Rng(1) };
  const training = train(model, { ...options, optimizer: { type: "adam", learningRate: 0.01 } });
  const planned = training.plan() !== null;
  let loss = NaN;
  for await (const record of training) if (record.kind === "epoch") ({ loss } = record);
  return { planned, loss, hash: await hashWeights(model) };
}

const layer = (forward: Layer["forward"]): Layer => ({ outputShape: (shape) => shape, forward });

describe("a layer of the user's own", () => {
  test("that makes operations is part of the plan", async () => {
    const engine = await createEngine({ threads: 1 });
    const { planned, loss } = await trained(engine, [layer((x) => relu(x))]);
    expect(planned).toBe(true);
    expect(loss).toBeLessThan(1.3);
    engine.close();
  });

  test("that reads numbers along the way is trained without one, to the same weights", async () => {
    const engine = await createEngine({ threads: 1 });
    const reading = layer((x) => {
      expect(x.data.length).toBe(x.size);
      return relu(x);
    });
    const without = await trained(engine, [reading]);
    const withPlan = await trained(engine, [layer((x) => relu(x))]);
    expect(without.planned).toBe(false);
    expect(without.loss).toBeCloseTo(withPlan.loss, 4);
    engine.close();
  });

  test("that does other things at another step is trained without one", async () => {
    const engine = await createEngine({ threads: 1 });
    const steps: number[] = [];
    const fading = layer((x, { step }) => {
      steps.push(step);
      return multiply(x, engine.tensor([1 / (1 + step)], [1]));
    });
    const { planned } = await trained(engine, [fading]);
    expect(planned).toBe(false);
    expect(steps.slice(-3)).toEqual([5, 6, 7]);
    engine.close();
  });
});

test("a prediction follows the weights as they learn", async () => {
  const engine = await createEngine({ threads: 1 });
  const layers = [{ type: "flatten" }, { type: "dense", units: 4 }] as const;
  const model = buildModel(engine, { input: [6, 6, 1], layers }, { rng: new Rng(1) });
  const sample = data.inputs.subarray(0, 36);
  const before = model.predict(sample, { classes: 4 }).logits;
  const optimizer = { type: "sgd", learningRate: 0.5 } as const;
  for await (const _ of train(model, { data, batchSize: 50, epochs: 3, optimizer, rng: new Rng(1) }));
  const after = model.predict(sample, { classes: 4 }).logits;
  expect([...after]).not.toEqual([...before]);
  const eager = engine.step(() => [...model.forward(sample).data]);
  expect([...after]).toEqual(eager.map((value) => expect.closeTo(value, 4)));
  engine.close();
});
