// The training loop: it learns, it is told as records, it can be stopped anywhere and goes on as if nothing had been.
import { beforeEach, describe, expect, test } from "vitest";
import { FormatError, Rng, SettingError } from "#base";
import { createDataset, takeSamples } from "#data";
import type { ClassDataset, Splits } from "#data";
import { createEngine } from "#engine";
import type { Engine } from "#engine";
import { decodeSafetensors, encodeSafetensors, hashWeights } from "#formats";
import { buildModel } from "#nn";
import type { LayerDescription, Model } from "#nn";
import { DivergenceError, readCheckpoint, train } from "#train";
import type { EpochRecord, Training, TrainingRecord, TrainOptions } from "#train";
import { patterns } from "../synthetic.ts";

const layers: LayerDescription[] = [
  { type: "flatten" },
  { type: "dense", units: 12, bias: false },
  { type: "batchNorm" },
  { type: "relu" },
  { type: "dropout", rate: 0.2 },
  { type: "dense", units: 4 },
];
const everyone = patterns({ samples: 100 });
const data: Splits<ClassDataset> = {
  training: takeSamples(
    everyone,
    Array.from({ length: 80 }, (_, index) => index),
  ),
  validation: takeSamples(
    everyone,
    Array.from({ length: 20 }, (_, index) => 80 + index),
  ),
  test: null,
};

// 80 samples in batches of 12: seven steps an epoch, the last one of 8 samples
const options = (): TrainOptions => ({
  data,
  batchSize: 12,
  epochs: 4,
  optimizer: { type: "adamw", learningRate: 0.02 },
  schedule: { type: "oneCycle" },
  augmentation: [{ type: "shift", pixels: 1 }],
  rng: new Rng(1),
});

let engine: Engine;
beforeEach(async () => {
  engine = await createEngine({ kernels: "reference" });
});
const build = (seed = 1, own: readonly LayerDescription[] = layers, on = engine): Model =>
  buildModel(on, { input: [6, 6, 1], layers: own }, { rng: new Rng(seed) });

async function collect(training: Training): Promise<TrainingRecord[]> {
  const records: TrainingRecord[] = [];
  for await (const record of training) records.push(record);
  return records;
}
const epochsOf = (records: TrainingRecord[]) =>
  records.filter((record): record is EpochRecord => record.kind === "epoch");
const endOf = (records: TrainingRecord[]) => records.at(-1);

/** A whole training with a new model; its records, checkpoint and hash. */
async function run(changes: Partial<TrainOptions> = {}, model = build()) {
  const training = train(model, { ...options(), ...changes });
  const records = await collect(training);
  return { records, hash: await hashWeights(model), checkpoint: training.checkpoint(), model };
}

describe("learning", () => {
  test("one batch is learnt by heart", async () => {
    const batch = patterns({ samples: 16, noise: 0.9 });
    const model = build(1, [
      { type: "flatten" },
      { type: "dense", units: 32 },
      { type: "relu" },
      { type: "dense", units: 4 },
    ]);
    const optimizer = { type: "adam", learningRate: 0.01 } as const;
    const { records } = await run(
      { data: batch, batchSize: 16, epochs: 300, optimizer, schedule: undefined, augmentation: [] },
      model,
    );
    const epochs = epochsOf(records);
    expect(epochs[0].loss).toBeGreaterThan(1);
    expect(epochs.at(-1)).toMatchObject({ accuracy: 1 });
    expect(epochs.at(-1)?.loss).toBeLessThan(1e-2);
  });

  test("a network learns what it is shown, and the validation samples with it", async () => {
    const { records } = await run({ epochs: 15, augmentation: [] });
    const [first, last] = [epochsOf(records)[0], epochsOf(records).at(-1) as EpochRecord];
    expect(last.loss).toBeLessThan(first.loss / 2);
    expect(last.validationAccuracy).toBeGreaterThan(0.9);
  });

  test("every option reaches the weights", async () => {
    const { hash } = await run();
    const changes: Partial<TrainOptions>[] = [
      { rng: new Rng(2) },
      { batchSize: 13 },
      { epochs: 3 },
      { optimizer: { type: "adamw", learningRate: 0.021 } },
      { optimizer: { type: "adamw", learningRate: 0.02, weightDecay: 0.1 } },
      { schedule: { type: "cosine" } },
      { loss: { type: "crossEntropy", labelSmoothing: 0.1 } },
      { clipNorm: 0.1 },
      { augmentation: [] },
    ];
    for (const change of changes) expect((await run(change)).hash, JSON.stringify(change)).not.toBe(hash);
  });

  test("the same seed gives the same weights, and a new engine does not matter", async () => {
    const { hash } = await run();
    engine = await createEngine({ kernels: "reference" });
    expect((await run()).hash).toBe(hash);
    expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test("reporting changes nothing", async () => {
    expect((await run({ reportEvery: 1 })).hash).toBe((await run()).hash);
  });

  test("the weights learn from the training samples alone", async () => {
    const other = { ...data, validation: takeSamples(data.validation as ClassDataset, [0, 1, 2]) };
    expect((await run({ data: other })).hash).toBe((await run()).hash);
    expect((await run({ data: data.training })).hash).toBe((await run()).hash);
  });

  test("every epoch shows every sample once, each in another order", async () => {
    // at a learning rate of almost nothing the network stands still: a batch's loss says which samples were in it
    const model = build(1, [{ type: "flatten" }, { type: "dense", units: 4 }]);
    const optimizer = { type: "sgd", learningRate: 1e-30 } as const;
    const { records } = await run({ optimizer, augmentation: [], epochs: 3, reportEvery: 1 }, model);
    const batches = records.filter((record) => record.kind === "progress").map(({ batchLoss }) => batchLoss);
    const [first, second, third] = epochsOf(records).map(({ loss }) => loss);
    expect(second).toBeCloseTo(first, 6);
    expect(third).toBeCloseTo(first, 6);
    expect(new Set(batches.map((loss) => loss.toFixed(6))).size).toBe(3 * 7);
  });

  test("what the caller made before is left alone", async () => {
    const held = engine.tensor([7], []);
    await run({ epochs: 1 });
    expect(held.item()).toBe(7);
  });
});

describe("records", () => {
  test("one an epoch, and an end", async () => {
    const { records } = await run();
    expect(records.map(({ kind, epoch, step, steps }) => [kind, epoch, step, steps])).toEqual([
      ["epoch", 1, 7, 28],
      ["epoch", 2, 14, 28],
      ["epoch", 3, 21, 28],
      ["epoch", 4, 28, 28],
      ["end", 4, 28, 28],
    ]);
    expect(endOf(records)).toEqual({ kind: "end", epoch: 4, step: 28, steps: 28, reason: "finished" });
  });

  test("an epoch's fields", async () => {
    const { records } = await run({ epochs: 2 });
    const [first, second] = epochsOf(records);
    expect(Object.keys(first).toSorted()).toEqual(
      [
        "kind",
        "epoch",
        "step",
        "steps",
        "loss",
        "accuracy",
        "meanAbsoluteError",
        "validationLoss",
        "validationAccuracy",
        "validationMeanAbsoluteError",
        "learningRate",
        "samples",
      ].toSorted(),
    );
    expect([first.samples, second.samples]).toEqual([80, 160]);
    expect(first.loss).toBeGreaterThan(0);
    const accuracy = first.accuracy as number;
    expect(accuracy * 80).toBeCloseTo(Math.round(accuracy * 80), 9); // a part of the 80 samples
    expect((first.validationAccuracy as number) * 20).toBeCloseTo(
      Math.round((first.validationAccuracy as number) * 20),
      9,
    );
  });

  test("progress every so many steps, and at the end of each epoch ahead of its record", async () => {
    const { records } = await run({ epochs: 2, reportEvery: 3 });
    expect(records.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      ...["progress 3", "progress 6", "progress 7", "epoch 7"],
      ...["progress 9", "progress 12", "progress 14", "epoch 14", "end 14"],
    ]);
    expect(records.map((record) => ("samples" in record ? record.samples : null))).toEqual([
      ...[36, 72, 80, 80, 80 + 24, 80 + 60, 160, 160, null],
    ]);
  });

  test("the loss of an epoch is the mean over its samples: a small last batch counts less", async () => {
    const { records } = await run({ epochs: 1, reportEvery: 1 });
    const steps = records.filter((record) => record.kind === "progress");
    const sizes = [12, 12, 12, 12, 12, 12, 8];
    const mean = steps.reduce((sum, { batchLoss }, index) => sum + batchLoss * sizes[index], 0) / 80;
    expect(steps).toHaveLength(7);
    expect(epochsOf(records)[0].loss).toBeCloseTo(mean, 12);
    expect(steps[0].loss).toBe(steps[0].batchLoss);
  });

  test("the learning rate is the schedule's, of the last update", async () => {
    const settings = {
      schedule: { type: "step", every: 1, factor: 0.5 },
      optimizer: { type: "sgd", learningRate: 0.08 },
    } as const;
    const { records } = await run({ ...settings, epochs: 3 });
    expect(epochsOf(records).map(({ learningRate }) => learningRate)).toEqual([0.08, 0.04, 0.02]);
  });

  test("without validation samples its fields are null", async () => {
    const { records } = await run({ data: data.training, epochs: 1 });
    expect(epochsOf(records)[0]).toMatchObject({ validationLoss: null, validationAccuracy: null });
  });

  test("the model's card keeps the epochs", async () => {
    const { records, model } = await run();
    expect(model.card.history).toEqual(epochsOf(records));
  });
});

describe("stopping", () => {
  test("by a number of steps, which leaves the schedule as it was", async () => {
    const { records } = await run({ stopAfter: 10, reportEvery: 1 });
    expect(endOf(records)).toEqual({ kind: "end", epoch: 2, step: 10, steps: 28, reason: "stopped" });
    const whole = await run({ reportEvery: 1 });
    expect(records.slice(0, -1)).toEqual(whole.records.slice(0, records.length - 1));
  });

  test("by a number of steps that lies beyond the end: it finishes", async () => {
    expect(endOf((await run({ stopAfter: 100 })).records)).toMatchObject({ step: 28, reason: "finished" });
  });

  test("by a signal, after the step that is running", async () => {
    const controller = new AbortController();
    const training = train(build(), { ...options(), reportEvery: 1, signal: controller.signal });
    const seen: TrainingRecord[] = [];
    for await (const record of training) {
      seen.push(record);
      if (record.step === 9) controller.abort();
    }
    expect(seen.at(-1)).toEqual({ kind: "end", epoch: 2, step: 9, steps: 28, reason: "aborted" });
  });

  test("by a signal that was raised before: no step is made", async () => {
    const { records, hash } = await run({ signal: AbortSignal.abort() });
    expect(records).toEqual([{ kind: "end", epoch: 0, step: 0, steps: 28, reason: "aborted" }]);
    expect(hash).toBe(await hashWeights(build()));
  });

  test("by leaving the loop: the model stays as it was then, and the engine may go on", async () => {
    const model = build();
    for await (const record of train(model, { ...options(), reportEvery: 1 })) if (record.step === 3) break;
    expect(await hashWeights(model)).toBe((await run({ stopAfter: 3 })).hash);
  });
});

describe.each(["reference", "fast"] as const)("resuming, with %s kernels", (kernels) => {
  const engineOf = () => createEngine({ kernels, threads: kernels === "fast" ? 2 : undefined });

  /** Stops at `step`, goes on in another engine with another model, and compares with a training in one go. */
  async function interrupted(step: number, changes: Partial<TrainOptions> = {}) {
    const whole = await run(changes, build(1, layers, await engineOf()));
    const first = await run({ ...changes, stopAfter: step }, build(1, layers, await engineOf()));
    // a model of other weights: whatever counts must come from the checkpoint
    const second = await run({ ...changes, checkpoint: first.checkpoint }, build(77, layers, await engineOf()));
    return { whole, first, second };
  }

  test.each([1, 6, 7, 8, 10, 27])(
    "after step %i of 28, under one-cycle with dropout and shifts, to the last bit",
    async (step) => {
      const { whole, first, second } = await interrupted(step);
      expect(endOf(first.records)).toMatchObject({ step, reason: "stopped" });
      expect(first.hash).not.toBe(whole.hash);
      expect(second.hash).toBe(whole.hash);
      expect([...epochsOf(first.records), ...epochsOf(second.records)]).toEqual(epochsOf(whole.records));
      expect(second.model.card.history).toEqual(whole.model.card.history);
      expect(second.checkpoint).toEqual(whole.checkpoint);
    },
  );

  test.each([
    { type: "sgd", learningRate: 0.1 },
    { type: "momentum", learningRate: 0.05 },
    { type: "nesterov", learningRate: 0.05 },
    { type: "adam", learningRate: 0.01 },
  ] as const)("in mid-epoch with $type, a norm limit and smoothed labels", async (optimizer) => {
    const loss = { type: "crossEntropy", labelSmoothing: 0.1 } as const;
    const { whole, second } = await interrupted(11, { optimizer, clipNorm: 0.5, loss });
    expect(second.hash).toBe(whole.hash);
  });

  test("at an epoch's end, before its record: the record comes then", async () => {
    const whole = await run({}, build(1, layers, await engineOf()));
    const training = train(build(1, layers, await engineOf()), { ...options(), reportEvery: 1 });
    let checkpoint: Uint8Array | undefined;
    for await (const record of training) {
      if (record.kind !== "progress" || record.step !== 14) continue;
      checkpoint = training.checkpoint();
      break;
    }
    expect(readCheckpoint(checkpoint as Uint8Array).position.history).toHaveLength(1);
    const second = await run({ checkpoint }, build(77, layers, await engineOf()));
    expect(second.records[0]).toEqual(whole.records[1]);
    expect(second.hash).toBe(whole.hash);
  });

  test("twice, three steps at a time", async () => {
    const whole = await run({}, build(1, layers, await engineOf()));
    let { checkpoint, hash } = await run({ stopAfter: 3 }, build(1, layers, await engineOf()));
    for (let stopAfter = 6; stopAfter <= 30; stopAfter += 3) {
      ({ checkpoint, hash } = await run({ stopAfter, checkpoint }, build(77, layers, await engineOf())));
    }
    expect(hash).toBe(whole.hash);
  });

  test("after the end: there is nothing left to do", async () => {
    const { whole, second } = await interrupted(28);
    expect(second.records).toEqual([endOf(whole.records)]);
    expect(second.hash).toBe(whole.hash);
  });
});

test("a new peak learning rate counts from the next step", async () => {
  const constant = { type: "constant" } as const;
  const { checkpoint } = await run({ schedule: constant, stopAfter: 10 });
  const optimizer = { type: "adamw", learningRate: 0.5 } as const;
  const { records } = await run({ schedule: constant, checkpoint, optimizer, reportEvery: 1 });
  expect(records[0]).toMatchObject({ kind: "progress", step: 11, learningRate: 0.5 });
});

describe("early stopping", () => {
  // noise alone: what is learnt by heart says nothing about the validation samples
  const noise = {
    training: patterns({ samples: 40, noise: 1, seed: 1 }),
    validation: patterns({ samples: 40, noise: 1, seed: 2 }),
    test: null,
  };
  const settings: Partial<TrainOptions> = {
    data: noise,
    epochs: 30,
    batchSize: 20,
    schedule: { type: "constant" },
    augmentation: [],
    earlyStopping: { patience: 3 },
  };

  test("ends `patience` epochs after the best one", async () => {
    const { records } = await run(settings);
    const losses = epochsOf(records).map(({ validationLoss }) => validationLoss as number);
    const best = losses.indexOf(Math.min(...losses));
    expect(endOf(records)).toMatchObject({ reason: "early" });
    expect(losses.length).toBe(best + 1 + 3);
    expect(losses.length).toBeLessThan(30);
  });

  test("returns to the weights of the best epoch", async () => {
    const { records, hash } = await run(settings);
    const losses = epochsOf(records).map(({ validationLoss }) => validationLoss as number);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(hash).toBe((await run({ ...settings, earlyStopping: undefined, stopAfter: 2 * best })).hash);
  });

  test("an improvement below the minimum does not count", async () => {
    const { records } = await run({ ...settings, earlyStopping: { patience: 3, minimumImprovement: 10 } });
    expect(epochsOf(records)).toHaveLength(4);
  });

  test("a validation loss that is no number is never the best one", async () => {
    const inputs = new Float32Array(noise.validation.inputs.length);
    const validation = createDataset({ ...noise.validation, inputs });
    inputs.fill(NaN); // after it was looked at
    const { records, checkpoint } = await run({ ...settings, data: { ...noise, validation } });
    expect(epochsOf(records).map(({ validationLoss }) => validationLoss)).toEqual([NaN, NaN, NaN]);
    expect(endOf(records)).toMatchObject({ reason: "early" });
    const { position } = readCheckpoint(checkpoint);
    expect(position).toMatchObject({ best: null, waited: 3 });
  });

  test("waits on over an interruption", async () => {
    const whole = await run(settings);
    const epochs = epochsOf(whole.records).length;
    for (const step of [2 * epochs - 5, 2 * epochs - 3, 2 * epochs - 2, 2 * epochs - 1]) {
      const first = await run({ ...settings, stopAfter: step });
      const second = await run({ ...settings, checkpoint: first.checkpoint }, build(77));
      expect(endOf(second.records), `after step ${step}`).toEqual(endOf(whole.records));
      expect(second.hash, `after step ${step}`).toBe(whole.hash);
    }
  });

  test("a checkpoint of the last epoch's record ends at once, with the best weights", async () => {
    const whole = await run(settings);
    const last = endOf(whole.records)?.step;
    const training = train(build(), { ...options(), ...settings });
    let checkpoint: Uint8Array | undefined;
    for await (const record of training) {
      if (record.kind === "epoch" && record.step === last) checkpoint = training.checkpoint();
    }
    const second = await run({ ...settings, checkpoint }, build(77));
    expect(second.records).toEqual([endOf(whole.records)]);
    expect(second.hash).toBe(whole.hash);
  });

  test("needs validation samples", () => {
    const start = () => train(build(), { ...options(), data: data.training, earlyStopping: { patience: 1 } });
    expect(start).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: train: early stopping watches the validation loss, and there are no validation samples
        got   earlyStopping = {"patience":1}
        fix   keep some samples back for validation, or leave earlyStopping out]
    `);
  });
});

describe("divergence", () => {
  test("ends the training with the step, the layer and a hint", async () => {
    const model = build(1, [
      { type: "flatten" },
      { type: "dense", units: 8 },
      { type: "relu" },
      { type: "dense", units: 4 },
    ]);
    const optimizer = { type: "sgd", learningRate: 1e30 } as const;
    const training = train(model, { ...options(), optimizer, schedule: undefined });
    const error = await collect(training).then(
      () => expect.unreachable(),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DivergenceError);
    expect(error).toMatchObject({
      step: expect.any(Number) as number,
      layer: expect.stringMatching(/^layer \d \(dense\)$/) as string,
    });
    expect((error as DivergenceError).step).toBeGreaterThan(1);
    expect((error as Error).message).toMatchInlineSnapshot(`
      "train: the loss became NaN at step 2; the first to overflow is layer 3 (dense)
        want  a finite loss
        fix   lower the learning rate, clip gradients (clipNorm: 1), or add a warm-up to the schedule"
    `);
  });

  test("is seen at once when a weight is no number", async () => {
    const model = build(1, [{ type: "flatten" }, { type: "dense", units: 4 }]);
    model.parameters.get("1.bias")?.data.set([Number.NaN]);
    await expect(collect(train(model, options()))).rejects.toMatchObject({
      step: 1,
      layer: "layer 1 (dense)",
      loss: Number.NaN,
    });
  });
});

describe("what is refused", () => {
  const start = (changes: object) => () => train(build(), { ...options(), ...changes });

  test.each([
    { batchSize: 0 },
    { batchSize: 1.5 },
    { epochs: 0 },
    { clipNorm: 0 },
    { clipNorm: Number.NaN },
    { stopAfter: -1 },
    { reportEvery: -1 },
    { optimizer: { type: "sgd", learningRate: Number.NaN } },
    { optimizer: { type: "sgd", learningRate: -0.1 } },
    { optimizer: { type: "lion", learningRate: 0.1 } },
    { schedule: { type: "zigzag" } },
    { loss: { type: "hinge" } },
    { loss: { type: "crossEntropy", labelSmoothing: 1 } },
    { augmentation: [{ type: "rotate", degrees: 5 }] },
    { augmentation: [{ type: "shift", pixels: 6 }] },
    { earlyStopping: { patience: 0 } },
  ])("%j", (changes) => {
    expect(start(changes)).toThrow(SettingError);
  });

  test("a batch size of 0, in three answers", () => {
    expect(start({ batchSize: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: train: batchSize cannot be 0
        got   batchSize = 0
        want  a whole number of at least 1]
    `);
  });

  test("samples that are not of the model's size, for learning or for validation", () => {
    const large = patterns({ samples: 8, side: 7 });
    const small = patterns({ samples: 8, side: 5 });
    for (const wrong of [large, small]) {
      expect(start({ data: wrong })).toThrow("the model takes 36");
      expect(start({ data: { ...data, validation: wrong } })).toThrow("the model takes 36");
    }
  });

  test("a model with fewer logits than the data have classes", () => {
    const model = build(1, [{ type: "flatten" }, { type: "dense", units: 3 }]);
    expect(() => train(model, options())).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: train: the model ends in [3] numbers per sample, and the data have 4 classes
        got   architecture = [3]
        want  one logit per class: [4]
        fix   let the last layer be { "type": "dense", "units": 4 }]
    `);
  });
});

describe("a checkpoint of another training is refused, and the model stays as it was", () => {
  const others: [string, () => Model, object][] = [
    ["architecture", () => build(5, [{ type: "flatten" }, { type: "dense", units: 4 }]), {}],
    ["activation", () => build(5, layers.with(3, { type: "tanh" })), {}],
    ["optimizer", () => build(5), { optimizer: { type: "sgd", learningRate: 0.1 } }],
    ["seed", () => build(5), { rng: new Rng(2) }],
    ["batch size", () => build(5), { batchSize: 16 }],
    ["number of samples", () => build(5), { data: patterns({ samples: 40 }) }],
  ];

  test.each(others)("another %s", async (_, create, changes) => {
    const { checkpoint } = await run({ stopAfter: 5 });
    const model = create();
    const before = await hashWeights(model);
    expect(() => train(model, { ...options(), ...changes, checkpoint })).toThrow(FormatError);
    expect(await hashWeights(model)).toBe(before);
    expect(model.card.history).toEqual([]);
  });

  test.each([
    ["identity", "null"],
    ["identity", '{"key":[1,0]}'],
    ["position", '{"step":-1}'],
    ["position", "[]"],
    ["position", "{"],
    ["optimizer", "null"],
    ["optimizer", '"adamw"'],
    ["architecture", "{}"],
    ["format", "inkling-model"],
  ])("one whose %s is %s", async (name, text) => {
    const { checkpoint } = await run({ stopAfter: 5 });
    const { tensors, metadata } = decodeSafetensors(checkpoint);
    const broken = encodeSafetensors({ tensors, metadata: { ...metadata, [name]: text } });
    const model = build(5);
    const before = await hashWeights(model);
    expect(() => train(model, { ...options(), checkpoint: broken })).toThrow(FormatError);
    expect(await hashWeights(model)).toBe(before);
  });

  test.each(["1.weight", "optimizer.mean.1.weight", "best.2.mean"])("one without %s", async (name) => {
    const earlyStopping = { patience: 9 };
    const { checkpoint } = await run({ stopAfter: 8, earlyStopping });
    const { tensors, metadata } = decodeSafetensors(checkpoint);
    expect(tensors.has(name)).toBe(true);
    const kept = new Map([...tensors].filter(([other]) => other !== name));
    const model = build(5);
    const before = await hashWeights(model);
    const broken = encodeSafetensors({ tensors: kept, metadata });
    expect(() => train(model, { ...options(), earlyStopping, checkpoint: broken })).toThrow(FormatError);
    expect(await hashWeights(model)).toBe(before);
  });

  test("it says which", async () => {
    const { checkpoint } = await run({ stopAfter: 5 });
    expect(() => train(build(), { ...options(), batchSize: 16, checkpoint })).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: resume: the checkpoint belongs to a training with another batch size
        got   12
        want  16
        fix   resume with the settings that the run began with, or start a new run]
    `);
  });
});
