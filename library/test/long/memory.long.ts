// Memory stays flat over many steps of training and many predictions, without anybody freeing anything.
import { expect, test } from "vitest";
import { Rng } from "#base";
import { createEngine, crossEntropy } from "#engine";
import { buildModel } from "#nn";
import { Optimizer } from "#optim";

const steps = process.env.INKLING_COUNTS === "reduced" ? 20_000 : 100_000;

test(`${steps} steps and predictions leave memory as it was`, async () => {
  const engine = await createEngine({ threads: 2 });
  const rng = new Rng(1);
  const layers = [
    { type: "dense", units: 16 },
    { type: "batchNorm" },
    { type: "relu" },
    { type: "dense", units: 3 },
  ] as const;
  const model = buildModel(engine, { input: [8], layers }, { rng });
  const optimizer = new Optimizer(model.parameters, { type: "adam", learningRate: 1e-3 });
  const inputs = Float32Array.from({ length: 16 * 8 }, () => rng.normal());
  const labels = Float32Array.from({ length: 16 }, () => rng.integer(3));
  const round = () => {
    crossEntropy(model.forward(inputs, { training: true }), labels).backward();
    optimizer.update();
    model.predict(inputs);
  };
  for (let step = 0; step < 100; step++) round();
  const before = { ...engine.memory };
  for (let step = 0; step < steps; step++) round();
  expect(engine.memory).toEqual(before);
  engine.close();
});
