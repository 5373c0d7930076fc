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
  const weights = [...model.parameters.values()].flatMap((parameter) => [...parameter.data]);
  return { planned, loss, weights };
}

const layer = (forward: Layer["forward"], repeatable?: boolean): Layer => ({
  outputShape: (shape) => shape,
  forward,
  repeatable,
});

describe("a layer of the user's own", () => {
  test("that says it can be repeated is part of the plan", async () => {
    const engine = await createEngine({ threads: 1 });
    const { planned, loss } = await trained(engine, [layer((x) => relu(x), true)]);
    expect(planned).toBe(true);
    expect(loss).toBeLessThan(1.3);
    engine.close();
  });

  test("that reads numbers along the way is trained without one, to the same weights", async () => {
    const engine = await createEngine({ threads: 1 });
    const reading = layer((x) => {
      expect(x.data.length).toBe(x.size);
      return relu(x);
    }, true);
    const without = await trained(engine, [reading]);
    const withPlan = await trained(engine, [layer((x) => relu(x), true)]);
    expect(without.planned).toBe(false);
    expect(without.loss).toBeCloseTo(withPlan.loss, 4);
    // the plan sums in another order; Adam divides by the size of gradients, so that small ones feel it most
    expect(without.weights).toEqual(withPlan.weights.map((value) => expect.closeTo(value, 3)));
    engine.close();
  });

  test("that does other things at another step is trained without one", async () => {
    const engine = await createEngine({ threads: 1 });
    const steps: number[] = [];
    const fading = layer((x, { step }) => {
      steps.push(step);
      return multiply(x, engine.tensor([1 / (1 + step)], [1]));
    }, true);
    const { planned } = await trained(engine, [fading]);
    expect(planned).toBe(false);
    expect(steps.slice(-3)).toEqual([5, 6, 7]);
    engine.close();
  });
});

test("a layer that says nothing is computed anew each time", async () => {
  const engine = await createEngine({ threads: 1 });
  let slope = 1;
  const own = layer((x) => multiply(x, engine.tensor([slope], [1])));
  expect((await trained(engine, [own])).planned).toBe(false);
  const model = buildModel(engine, { input: [2], layers: [own] }, { rng: new Rng(1) });
  expect([...model.outputs([1, 2])]).toEqual([1, 2]);
  slope = 3;
  expect([...model.outputs([1, 2])]).toEqual([3, 6]);
  engine.close();
});

test("training and predicting again and again take no more memory", async () => {
  const engine = await createEngine({ threads: 1, memoryLimit: 24 * 1024 * 1024 });
  const layers = [
    { type: "conv2d", filters: 16, size: 3 },
    { type: "relu" },
    { type: "flatten" },
    { type: "dense", units: 4 },
  ] as const;
  const model = buildModel(engine, { input: [6, 6, 1], layers }, { rng: new Rng(1) });
  const optimizer = { type: "sgd", learningRate: 0.01 } as const;
  const lasting: number[] = [];
  for (let round = 0; round < 12; round++) {
    for await (const _ of train(model, { data, batchSize: 200, epochs: 1, optimizer, rng: new Rng(round) }));
    for (let count = 1; count <= 8; count++)
      model.predict(data.inputs.subarray(0, (round + count) * 36), { classes: 4 });
    lasting.push(engine.memory.lasting);
  }
  expect(lasting[11] - lasting[3]).toBeLessThan(1e6); // single plans grow with their samples, their number does not
  engine.close();
});

test("what a plan works with stays while it lives, whatever the garbage collector does", async () => {
  const engine = await createEngine({ threads: 1 });
  const layers = [{ type: "dense", units: 8 }, { type: "relu" }, { type: "dense", units: 3 }] as const;
  const model = buildModel(engine, { input: [5], layers }, { rng: new Rng(1) });
  const x = Float32Array.of(1, -2, 3, -4, 5);
  const before = [...model.outputs(x)];
  for (let round = 0; round < 5; round++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
    engine.lasting(
      Array.from({ length: 4096 }, () => NaN),
      [4096],
    ); // whatever was given back is written over
  }
  expect([...model.outputs(x)]).toEqual(before);
  engine.close();
});

test("after the engine was closed a prediction is refused", async () => {
  const engine = await createEngine({ threads: 1 });
  const model = buildModel(engine, { input: [2], layers: [{ type: "dense", units: 2 }] }, { rng: new Rng(1) });
  model.outputs([1, 2]);
  engine.close();
  expect(() => model.outputs([1, 2])).toThrow(/the engine was closed/);
});

const wide = { type: "conv2d", filters: 16, size: 3, padding: "same" } as const;
test.each([
  ["dense", []],
  ["Winograd's form of them", [wide, { type: "relu" }, wide, { type: "batchNorm" }, { type: "relu" }]],
  ["the same with pooling", [wide, { type: "relu" }, wide, { type: "relu" }, { type: "maxPool2d", size: 2 }]],
] as const)("a prediction follows the weights as they learn: %s", async (_name, ahead) => {
  const engine = await createEngine({ threads: 2 });
  const layers = [...ahead, { type: "flatten" }, { type: "dense", units: 4 }] as const;
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

test("where pictures and plan have no room together, the pictures come batch by batch", async () => {
  const hashes = [];
  // enough for all; and for the plan, or the pictures, but not for both
  for (const memoryLimit of [64, 6.5].map((mebibytes) => mebibytes * 1024 * 1024)) {
    const engine = await createEngine({ threads: 1, memoryLimit });
    const model = buildModel(
      engine,
      { input: [28, 28, 1], layers: [wide, { type: "flatten" }, { type: "dense", units: 4 }] },
      { rng: new Rng(1) },
    );
    const many = patterns({ samples: 5000, classes: 4, side: 28 });
    const optimizer = { type: "sgd", learningRate: 0.01 } as const;
    const training = train(model, { data: many, batchSize: 24, epochs: 1, stopAfter: 3, optimizer, rng: new Rng(1) });
    expect(training.plan()).not.toBeNull();
    for await (const _ of training);
    hashes.push(await hashWeights(model));
    engine.close();
  }
  expect(hashes[1]).toBe(hashes[0]);
});

test("after its end a training has no plan, and holds nothing", async () => {
  const engine = await createEngine({ threads: 1 });
  const model = buildModel(
    engine,
    { input: [6, 6, 1], layers: [{ type: "flatten" }, { type: "dense", units: 4 }] },
    { rng: new Rng(1) },
  );
  const before = engine.memory.lasting;
  const training = train(model, {
    data,
    batchSize: 50,
    epochs: 1,
    optimizer: { type: "sgd", learningRate: 0.1 },
    rng: new Rng(1),
  });
  for await (const _ of training);
  expect(training.plan()).toBeNull();
  expect(engine.memory.lasting).toBe(before);
  engine.close();
});

test.each([
  ["sgd", 1],
  ["adam", 1],
  ["adamw", 2],
] as const)("%s moves all parameters in as many calls as there are rates of decay: %d", async (type, calls) => {
  for (const threads of [1, 2]) {
    const engine = await createEngine({ threads });
    for (let held = 0; held < 5; held++) engine.lasting(0, [40 * held + 1]); // holes of all sizes
    (globalThis as { gc?: () => void }).gc?.();
    const layers = [
      wide,
      { type: "batchNorm" },
      { type: "relu" },
      { type: "flatten" },
      { type: "dense", units: 50 },
      { type: "relu" },
      { type: "dense", units: 4 },
    ] as const;
    const model = buildModel(engine, { input: [6, 6, 1], layers }, { rng: new Rng(1) });
    const training = train(model, {
      data,
      batchSize: 50,
      epochs: 1,
      optimizer: { type, learningRate: 0.01 },
      rng: new Rng(1),
    });
    const update = training
      .plan()
      ?.describe()
      .entries.find(({ phase }) => phase === "update");
    expect(update?.calls.length).toBe(calls);
    engine.close();
  }
});

test("the plan of a prediction is that of a chunk, and of whole samples", async () => {
  const engine = await createEngine({ threads: 1 });
  const model = buildModel(engine, { input: [8], layers: [{ type: "dense", units: 4 }] }, { rng: new Rng(1) });
  const shapeOf = (count: number) => model.plan(new Float32Array(8 * count))?.describe().entries[0].output;
  expect(shapeOf(3)).toEqual([3, 4]);
  expect(shapeOf(10_000)).toEqual([64, 4]);
  expect(() => model.plan(new Float32Array(12))).toThrow(/not made of whole samples/);
  expect(() => model.plan([])).toThrow(/not made of whole samples/);
  engine.close();
});

test("plans that are in use are kept, the one that was asked longest ago goes", async () => {
  const engine = await createEngine({ threads: 1 });
  const model = buildModel(engine, { input: [2], layers: [{ type: "dense", units: 4 }] }, { rng: new Rng(1) });
  const planOf = (count: number) => model.plan(new Float32Array(2 * count));
  const [first, second] = [planOf(1), planOf(2)];
  for (let count = 3; count <= 9; count++) {
    planOf(count);
    expect(planOf(1)).toBe(first);
  }
  expect(() => second?.forward()).toThrow(/released/);
  expect(planOf(2)).not.toBe(second);
  engine.close();
});
