// Learning numbers: a plane is found again, outliers pull as hard as the loss lets them, errors come in own units.
import { describe, expect, test } from "vitest";
import { Rng } from "#base";
import { createDataset } from "#data";
import { decodeSafetensors, encodeSafetensors, loadModel, saveModel } from "#formats";
import type { LayerDescription } from "#nn";
import { evaluate, train } from "#train";
import type { TrainOptions } from "#train";
import { build, finish, numbersOf, parted, planes, quadrants } from "./tasks.ts";

const line: LayerDescription[] = [{ type: "dense", units: 2 }];
const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  data: parted(planes(), 48),
  batchSize: 10, // four batches of 10 and one of 8
  epochs: 5,
  optimizer: { type: "adam", learningRate: 0.01 },
  rng: new Rng(1),
  ...changes,
});

describe("a plane", () => {
  test.each([undefined, { type: "meanSquaredError" }, { type: "huber", delta: 0.5 }] as const)(
    "is found again, with the loss %o",
    async (loss) => {
      const optimizer = { type: "sgd", learningRate: 0.3 } as const;
      const { model, epochs } = await finish(await build(line), options({ loss, optimizer, epochs: 120 }));
      // [in, out]: y = 2a − b + 0.5, z = −3b
      const expected = { "0.weight": [2, 0, -1, -3], "0.bias": [0.5, 0] };
      for (const [name, values] of Object.entries(expected)) {
        values.forEach((value, index) => {
          expect(Math.abs((model.parameters.get(name)?.data[index] ?? Number.NaN) - value), name).toBeLessThan(1e-3);
        });
      }
      expect(epochs.at(-1)?.validationMeanAbsoluteError).toBeLessThan(0.02); // of a price that varies by 50
    },
  );

  test("is foretold in its own units, also from the model's file", async () => {
    const { model } = await finish(
      await build(line),
      options({ optimizer: { type: "sgd", learningRate: 0.3 }, epochs: 120 }),
    );
    const [price, age] = loadModel(model.engine, saveModel(model)).predictValues([1, 0.5]);
    expect(price).toBeCloseTo(200 + 50 * (2 - 0.5 + 0.5), 1);
    expect(age).toBeCloseTo(-1.5, 2);
    expect(model.card).toMatchObject({ task: "regression", classNames: [], targetNames: ["price", "age"] });
    expect(model.card.targetUnits).toEqual(planes().targetUnits);
  });
});

test("an outlier bends a line of squares, and hardly one of huber", async () => {
  const inputs = Float32Array.from({ length: 2 * 21 }, (_, index) => (index % 2 === 0 ? index / 20 - 1 : 0));
  const targets = Float32Array.from({ length: 21 }, (_, sample) => inputs[2 * sample]); // y = a
  targets[20] = 30;
  const data = createDataset({ inputs, targets, inputShape: [2], targetNames: ["y"] });
  const slope = async (loss: TrainOptions["loss"]) => {
    const model = await build([{ type: "dense", units: 1 }]);
    const optimizer = { type: "sgd", learningRate: 0.3 } as const;
    await finish(model, options({ data, loss, optimizer, batchSize: 21, epochs: 400 }));
    return model.parameters.get("0.weight")?.data[0];
  };
  expect(await slope({ type: "meanSquaredError" })).toBeGreaterThan(4);
  expect(await slope({ type: "huber", delta: 0.1 })).toBeLessThan(1.5);
});

describe("records", () => {
  test("tell how far off it was, in own units, and no accuracy", async () => {
    // at a learning rate of almost nothing every figure can be had from the model as it was
    const optimizer = { type: "sgd", learningRate: 1e-30 } as const;
    const { model, epochs, records } = await finish(
      await build(line),
      options({ optimizer, epochs: 1, reportEvery: 1 }),
    );
    const { training, validation } = parted(planes(), 48);
    const onTraining = await evaluate(model, training);
    const onValidation = await evaluate(model, validation);
    expect(epochs[0]).toMatchObject({ accuracy: null, validationAccuracy: null });
    expect(epochs[0].loss).toBeCloseTo(onTraining.loss, 6);
    expect(epochs[0].meanAbsoluteError).toBeCloseTo(onTraining.meanAbsoluteError, 4);
    expect(epochs[0].validationLoss).toBe(onValidation.loss);
    expect(epochs[0].validationMeanAbsoluteError).toBe(onValidation.meanAbsoluteError);
    const progress = records.filter((record) => record.kind === "progress");
    expect(progress.at(-1)).toMatchObject({ accuracy: null, meanAbsoluteError: epochs[0].meanAbsoluteError });
  });

  test("of a classifier have no error in units", async () => {
    const { epochs } = await finish(await build([{ type: "dense", units: 2 }]), {
      ...options(),
      data: parted(quadrants(), 150),
    });
    expect(epochs[0]).toMatchObject({ meanAbsoluteError: null, validationMeanAbsoluteError: null });
  });

  test("report the loss that is trained on, on validation samples too", async () => {
    const loss = { type: "huber", delta: 0.01 } as const;
    const { model, epochs } = await finish(await build(line), options({ loss, epochs: 1 }));
    const { validation } = parted(planes(), 48);
    expect(epochs[0].validationLoss).toBe((await evaluate(model, validation, { loss })).loss);
    expect((await evaluate(model, validation)).loss).toBeGreaterThan(2 * Number(epochs[0].validationLoss));
  });
});

const deep: LayerDescription[] = [
  { type: "dense", units: 16, bias: false },
  { type: "batchNorm" },
  { type: "tanh" },
  { type: "dropout", rate: 0.1 },
  { type: "dense", units: 2 },
];
const everything = (changes: Partial<TrainOptions> = {}): TrainOptions =>
  options({
    optimizer: { type: "adamw", learningRate: 0.02 },
    schedule: { type: "oneCycle" },
    loss: { type: "huber", delta: 0.7 },
    penalty: { l1: 1e-4, l2: 1e-3 },
    clipNorm: 1,
    maxNorm: 2,
    averaging: { decay: 0.9 },
    earlyStopping: { patience: 5 },
    ...changes,
  });

describe.each(["reference", "fast"] as const)("resuming with everything on, %s kernels", (kernels) => {
  test.each([1, 5, 8, 24])("after step %i of 25: to the last bit", async (step) => {
    const whole = await finish(await build(deep, { kernels }), everything());
    const first = await finish(await build(deep, { kernels }), everything({ stopAfter: step }));
    const second = await finish(await build(deep, { kernels, seed: 77 }), everything({ checkpoint: first.checkpoint }));
    expect(second.hash).toBe(whole.hash);
    expect(numbersOf(second.model)).toEqual(numbersOf(whole.model));
    expect([...first.epochs, ...second.epochs]).toEqual(whole.epochs);
    expect(second.checkpoint).toEqual(whole.checkpoint);
  });
});

test("one thread and two make the same bits", async () => {
  const wide: LayerDescription[] = [
    { type: "dense", units: 300 },
    { type: "tanh" },
    { type: "dense", units: 300 },
    { type: "tanh" },
    { type: "dense", units: 2 },
  ];
  const hashes = await Promise.all(
    [1, 2].map(async (threads) => {
      const model = await build(wide, { kernels: "fast", threads, module: "simd" });
      const data = parted(planes({ samples: 600 }), 500);
      const { hash } = await finish(model, everything({ data, batchSize: 200, epochs: 2 }));
      model.engine.close();
      return hash;
    }),
  );
  expect(hashes[0]).toBe(hashes[1]);
});

describe("a checkpoint", () => {
  test("of another task is refused, though the network is the same", async () => {
    const single: LayerDescription[] = [{ type: "dense", units: 1 }];
    const data = quadrants({ samples: 40 });
    const { checkpoint } = await finish(await build(single), options({ data, stopAfter: 2 }));
    const { inputs, labels } = data;
    const values = createDataset({
      inputs,
      targets: Float32Array.from(labels),
      inputShape: [2],
      targetNames: ["y"],
    });
    const model = await build(single);
    expect(() => train(model, options({ data: values, checkpoint }))).toThrowErrorMatchingInlineSnapshot(`
      [FormatError: resume: the checkpoint belongs to a training with another task
        got   "classification"
        want  "regression"
        fix   resume with the settings that the run began with, or start a new run]
    `);
  });

  test("of before there were tasks goes on as one of a classifier", async () => {
    const data = parted(quadrants({ samples: 100 }), 80);
    const layers: LayerDescription[] = [{ type: "dense", units: 2 }];
    const whole = await finish(await build(layers), options({ data }));
    const first = await finish(await build(layers), options({ data, stopAfter: 11 }));
    const { tensors, metadata: read } = decodeSafetensors(first.checkpoint);
    const metadata = { ...read };
    const { absoluteError: _, history, ...position } = JSON.parse(metadata.position) as Record<string, unknown>;
    const records = (history as Record<string, unknown>[]).map(
      ({ meanAbsoluteError: __, validationMeanAbsoluteError: ___, ...record }) => record,
    );
    const identity = JSON.parse(metadata.identity) as { choices: Record<string, unknown> };
    for (const name of ["penalty", "maxNorm", "averaging"]) delete identity.choices[name];
    for (const name of ["task", "targetNames", "targetUnits"]) delete metadata[name];
    metadata.position = JSON.stringify({ ...position, history: records });
    metadata.identity = JSON.stringify(identity);
    const checkpoint = encodeSafetensors({ tensors, metadata });
    const second = await finish(await build(layers, { seed: 77 }), options({ data, checkpoint }));
    expect(second.hash).toBe(whole.hash);
    expect(second.model.card.history).toEqual(whole.model.card.history);
  });
});

describe("refused in words", () => {
  test("a model that ends in more numbers than there are targets", async () => {
    const model = await build([{ type: "dense", units: 3 }]);
    expect(() => train(model, options())).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: train: the model ends in [3] numbers per sample, and the data have 2 numbers to be predicted
        got   architecture = [3]
        want  one number per target: [2]
        fix   let the last layer be { "type": "dense", "units": 2 }]
    `);
  });

  test("classes to validate numbers on", async () => {
    const model = await build(line);
    const data = { training: planes(), validation: quadrants(), test: null };
    expect(() => train(model, options({ data }))).toThrowErrorMatchingInlineSnapshot(`
      [SettingError: train: the training samples are of regression, and the validation samples of classification
        got   data.validation.task = "classification"
        want  "regression"]
    `);
  });
});
