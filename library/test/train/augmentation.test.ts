// Augmentation in an engine: the same bits for all threads, wherever a batch is cut, and in a plan what it is without one.
import { Rng } from "#base";
import { epochOrder } from "#data";
import type { AugmentationDescription } from "#data";
import { createEngine, crossEntropy } from "#engine";
import { buildModel } from "#nn";
import { augmented, train } from "#train";
import { expect, test } from "vitest";
import { patterns } from "../synthetic.ts";

const EVERY: AugmentationDescription[] = [
  { type: "deskew", probability: 0.5 },
  { type: "affine", degrees: 10, scale: 0.1, shear: 0.1, pixels: 2, probability: 0.9 },
  { type: "elastic", amplitude: 0.65 },
  { type: "stroke", thicker: 0.5, thinner: 0.5 },
  { type: "erase" },
  { type: "noise", deviation: 0.1 },
  { type: "shift", pixels: 2, probability: 0.7 },
];
const inputShape = [20, 20, 1];
const SIZE = 400;
const COUNT = 200; // enough to be shared by threads
const bytes = patterns({ samples: COUNT, side: 20 }).inputs as Uint8Array;
const images = Float32Array.from(bytes, (byte) => byte / 255);
const reference = await createEngine({ kernels: "reference" });
const options = { inputShape, rng: new Rng(1), step: 3 };

/** A picture's changes do not depend on who computes them. */
const far = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

test.each([...EVERY.map((one) => [one.type, [one]] as const), ["all of them", EVERY] as const])(
  "%s: the same bits with 1, 2 and 4 threads, and the readable kernels agree",
  async (_, descriptions) => {
    const engines = await Promise.all([1, 2, 4].map((threads) => createEngine({ threads, module: "simd" })));
    const [alone, ...others] = engines.map((engine) => augmented(engine, images, descriptions, options));
    for (const other of others) expect(other).toEqual(alone);
    expect(alone).not.toEqual(images);
    expect(far(alone, augmented(reference, images, descriptions, options))).toBeLessThan(1e-4);
    for (const engine of engines) engine.close();
  },
);

test("what a picture gets depends on its number in the batch, not on how many there are or what they show", async () => {
  const engine = await createEngine({ threads: 2 });
  const whole = augmented(engine, images, EVERY, options);
  for (const count of [1, 7, 128]) {
    expect(augmented(engine, images.subarray(0, count * SIZE), EVERY, options)).toEqual(
      whole.subarray(0, count * SIZE),
    );
  }
  const others = images.slice().fill(0, 0, 50 * SIZE);
  expect(augmented(engine, others, EVERY, options).subarray(50 * SIZE)).toEqual(whole.subarray(50 * SIZE));
  engine.close();
});

test("the pictures that were handed over stay as they are, and memory is given back", async () => {
  const engine = await createEngine({ threads: 1 });
  const before = images.slice();
  augmented(engine, images, EVERY, options);
  const { lasting } = engine.memory;
  augmented(engine, images, EVERY, options);
  expect(engine.memory.lasting).toBe(lasting);
  expect(images).toEqual(before);
  engine.close();
});

test("numbers that are no whole number of pictures are refused", () => {
  expect(() => augmented(reference, images.subarray(1), EVERY, options)).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: augmented: 79999 numbers are no whole number of pictures
      got   images [79999] and inputShape [20, 20, 1]
      want  a multiple of 400]
  `);
});

const layers = [{ type: "flatten" }, { type: "dense", units: 4 }] as const;

/** The loss of a network that has learnt nothing, over pictures as `augmented` shows them in the order of a training. */
async function shownLoss(descriptions: AugmentationDescription[], rng: Rng) {
  const engine = await createEngine({ threads: 1, module: "simd" });
  const order = epochOrder(COUNT, rng.stream("shuffle"), 0);
  const ordered = Float32Array.from({ length: images.length }, (_, at) => {
    return images[order[Math.floor(at / SIZE)] * SIZE + (at % SIZE)];
  });
  const { labels } = patterns({ samples: COUNT, side: 20 });
  const shown = augmented(engine, ordered, descriptions, { inputShape, rng });
  const model = buildModel(engine, { input: inputShape, layers }, { rng: new Rng(2) });
  return crossEntropy(
    model.forward(shown),
    Array.from(order, (sample) => labels[sample]),
  ).item();
}

/** The loss of the first step, before anything was learnt: it says what the network saw. */
async function firstLoss(descriptions: AugmentationDescription[], inputs: Uint8Array | Float32Array, plan = true) {
  const engine = await createEngine({ threads: 2, module: "simd" });
  const data = { ...patterns({ samples: COUNT, side: 20 }), inputs };
  const model = buildModel(engine, { input: inputShape, layers }, { rng: new Rng(2) });
  if (!plan) Object.defineProperty(model, "repeatable", { value: false });
  const optimizer = { type: "sgd", learningRate: 0.1 } as const;
  const rng = new Rng(1);
  const training = train(model, { data, batchSize: COUNT, epochs: 1, optimizer, rng, augmentation: descriptions });
  for await (const record of training) if (record.kind === "epoch") return record.loss;
  throw new Error("the training told nothing");
}

test("a training sees what `augmented` shows, with a plan and without, of bytes and of numbers", async () => {
  const one: AugmentationDescription[] = [
    { type: "affine", degrees: 30 },
    { type: "elastic", amplitude: 1 },
  ];
  const planned = await firstLoss(one, bytes);
  expect(await shownLoss(one, new Rng(1))).toBeCloseTo(planned, 6);
  expect(await shownLoss(one, new Rng(3))).not.toBeCloseTo(planned, 4);
  expect(await firstLoss(one, bytes, false)).toBeCloseTo(planned, 6);
  expect(await firstLoss(one, images)).toBeCloseTo(planned, 6);
  expect(await firstLoss([], bytes)).not.toBeCloseTo(planned, 4);
});

test("a first layer looks only at what is lit, unless noise has lit everything", async () => {
  const engine = await createEngine({ threads: 1 });
  const dark = patterns({ samples: 64, side: 20 });
  const data = { ...dark, inputs: (dark.inputs as Uint8Array).map((byte, index) => (index % 10 === 0 ? byte : 0)) };
  const namesOf = (augmentation: AugmentationDescription[]) => {
    const model = buildModel(engine, { input: inputShape, layers }, { rng: new Rng(2) });
    const optimizer = { type: "sgd", learningRate: 0.1 } as const;
    const training = train(model, { data, batchSize: 64, epochs: 1, optimizer, rng: new Rng(1), augmentation });
    const { entries } = training.plan()?.describe() ?? { entries: [] };
    return entries.map(({ name }) => name);
  };
  expect(
    namesOf([
      { type: "affine", degrees: 10 },
      { type: "elastic", amplitude: 1 },
    ]),
  ).toContain("sparseDense");
  expect(namesOf([{ type: "noise", deviation: 0.1 }])).not.toContain("sparseDense");
  engine.close();
});
