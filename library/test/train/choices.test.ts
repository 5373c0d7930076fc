// What a training is told beforehand: options that nobody knows, batches that cannot be, and a resume with other choices.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine } from "#engine";
import type { EngineOptions } from "#engine";
import { decodeSafetensors, encodeSafetensors } from "#formats";
import { buildModel } from "#nn";
import type { LayerDescription } from "#nn";
import { evaluate, train } from "#train";
import type { TrainOptions } from "#train";
import { patterns } from "../synthetic.ts";

const normed: LayerDescription[] = [
  { type: "flatten" },
  { type: "dense", units: 8, bias: false },
  { type: "batchNorm" },
  { type: "relu" },
  { type: "dense", units: 4 },
];
const samples = { training: patterns({ samples: 40 }), validation: patterns({ samples: 12, seed: 2 }), test: null };
const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  data: samples,
  batchSize: 8,
  epochs: 3,
  optimizer: { type: "adam", learningRate: 0.01 },
  rng: new Rng(1),
  ...changes,
});

async function build({ kernels = "reference", ...others }: EngineOptions = {}) {
  const engine = await createEngine({ kernels, ...others });
  return buildModel(engine, { input: [6, 6, 1], layers: normed }, { rng: new Rng(1) });
}

test("an option that nobody knows is a mistake, not a wish", async () => {
  const mistyped = { ...options(), batchSise: 5 } as TrainOptions;
  const model = await build();
  expect(() => train(model, mistyped)).toThrow('train: nobody knows an option "batchSise"');
});

test("a last batch from which a batch norm cannot learn is seen before the first step", async () => {
  const model = await build();
  expect(() => train(model, options({ batchSize: 13 }))).toThrowErrorMatchingInlineSnapshot(`
    [SettingError: train: the last batch of an epoch would have 1 of 40 samples
      got   batchSize = 13
      want  at least 2 samples in every batch, for layer 2 (batchNorm)
      fix   take batches of 14]
  `);
  expect(() => train(model, options({ batchSize: 39 }))).toThrow("would have 1 of 40 samples");
  expect(() => train(model, options({ batchSize: 19 }))).not.toThrow(); // 19 + 19 + 2
});

describe("a checkpoint is for the training that wrote it", () => {
  const others: [string, Partial<TrainOptions>][] = [
    ["epochs", { epochs: 4 }],
    ["schedule", { schedule: { type: "cosine" } }],
    ["loss", { loss: { type: "crossEntropy", labelSmoothing: 0.1 } }],
    ["clipNorm", { clipNorm: 1 }],
    ["augmentation", { augmentation: [{ type: "shift", pixels: 1 }] }],
    ["earlyStopping", { earlyStopping: { patience: 2 } }],
    ["optimizer", { optimizer: { type: "adam", learningRate: 0.01, beta1: 0.8 } }],
  ];
  test.each(others)("another %s is refused", async (name, changes) => {
    const training = train(await build(), options());
    await training.next();
    const checkpoint = training.checkpoint();
    const model = await build();
    expect(() => train(model, options({ ...changes, checkpoint }))).toThrow(`a training with another ${name}`);
  });

  test("a checkpoint that says nothing of a choice is refused in words", async () => {
    const training = train(await build(), options());
    await training.next();
    const { tensors, metadata } = decodeSafetensors(training.checkpoint());
    const identity = { ...(JSON.parse(metadata.identity) as object), choices: {} };
    const checkpoint = encodeSafetensors({ tensors, metadata: { ...metadata, identity: JSON.stringify(identity) } });
    const model = await build();
    expect(() => train(model, options({ checkpoint }))).toThrow("a training with another epochs");
  });

  test("another learning rate is welcome", async () => {
    const training = train(await build(), options());
    await training.next();
    const optimizer = { type: "adam", learningRate: 0.5 } as const;
    const model = await build();
    expect(() => train(model, options({ optimizer, checkpoint: training.checkpoint() }))).not.toThrow();
  });
});

test("resuming is exact in f64 too", async () => {
  const whole = await build({ precision: "f64" });
  for await (const record of train(whole, options())) void record;

  const first = train(await build({ precision: "f64" }), options({ stopAfter: 7 }));
  for await (const record of first) void record;
  const second = await build({ precision: "f64" });
  for await (const record of train(second, options({ checkpoint: first.checkpoint() }))) void record;
  for (const [name, { data }] of whole.tensors()) {
    expect(new Map(second.tensors()).get(name)?.data, name).toEqual(data);
  }
});

test("with early stopping, a training that runs to its end ends with its best epoch as well", async () => {
  const model = await build();
  const losses: (number | null)[] = [];
  // validation samples under wrong names: the better the network learns, the worse it does on them
  const { validation } = samples;
  const wrong = { ...validation, labels: validation.labels.map((label) => (label + 1) % 4) };
  const data = { ...samples, validation: wrong };
  for await (const record of train(model, options({ data, epochs: 6, earlyStopping: { patience: 6 } }))) {
    if (record.kind === "epoch") losses.push(record.validationLoss);
  }
  const best = Math.min(...losses.map(Number));
  expect(losses).toHaveLength(6);
  expect(best).toBeLessThan(Number(losses.at(-1)));
  expect((await evaluate(model, wrong)).loss).toBeCloseTo(best, 6);
});
