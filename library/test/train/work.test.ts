// What a step of the works computes, touches and calls: a change that costs more shows here, whatever the clock says.
import { Rng } from "#base";
import { createDataset } from "#data";
import { createEngine } from "#engine";
import { buildModel } from "#nn";
import type { LayerDescription } from "#nn";
import type { OptimizerDescription } from "#optim";
import { train } from "#train";
import { expect, test } from "vitest";

const SAMPLES = 128;
const dense = (units: number) => ({ type: "dense", units }) as const;
const convolution = (filters: number) => ({ type: "conv2d", filters, size: 3 }) as const;
const [flatten, relu, pool] = [{ type: "flatten" }, { type: "relu" }, { type: "maxPool2d", size: 2 }] as const;
const dropout = { type: "dropout", rate: 0.5 } as const;

interface Work {
  layers: readonly LayerDescription[];
  optimizer: OptimizerDescription;
  /** Kernel calls, additions and multiplications, bytes of the arrays handed to them, and of the arena. */
  costs: { calls: number; flops: number; bytes: number; arenaBytes: number };
}

const works: Record<string, Work> = {
  W1: {
    layers: [flatten, dense(128), relu, dense(10)],
    optimizer: { type: "sgd", learningRate: 0.1 },
    costs: { calls: 13, flops: 52_813_342, bytes: 4_550_316, arenaBytes: 1_351_808 },
  },
  W2: {
    layers: [flatten, dense(512), relu, dense(256), relu, dense(10)],
    optimizer: { type: "adam", learningRate: 0.001 },
    costs: { calls: 17, flops: 315_960_332, bytes: 18_735_868, arenaBytes: 3_738_240 },
  },
  W3: {
    layers: [convolution(32), relu, pool, convolution(64), relu, pool, flatten, dropout, dense(10)],
    optimizer: { type: "adam", learningRate: 0.001 },
    costs: { calls: 23, flops: 521_900_556, bytes: 39_991_036, arenaBytes: 12_180_608 },
  },
};

/** Pictures of which a fifth is lit. */
function pictures() {
  const rng = new Rng(1);
  const inputs = Uint8Array.from({ length: SAMPLES * 784 }, () => (rng.uniform() < 0.19 ? 255 : 0));
  const labels = Uint8Array.from({ length: SAMPLES }, (_, index) => index % 10);
  return createDataset({ inputs, labels, inputShape: [28, 28, 1], classNames: [..."0123456789"] });
}

test.each(Object.entries(works))("%s", async (_, { layers, optimizer, costs }) => {
  const engine = await createEngine({ threads: 1, module: "simd" });
  const model = buildModel(engine, { input: [28, 28, 1], layers }, { rng: new Rng(1) });
  const training = train(model, { data: pictures(), batchSize: SAMPLES, epochs: 1, optimizer, rng: new Rng(1) });
  const { entries, arenaBytes } = training.plan()?.describe() ?? { entries: [], arenaBytes: 0 };
  const calls = entries.flatMap((entry) => entry.calls);
  const sum = (of: (call: (typeof calls)[number]) => number) => calls.reduce((total, call) => total + of(call), 0);
  expect({
    calls: calls.length,
    flops: Math.round(sum(({ flops }) => flops)),
    bytes: sum(({ bytes }) => bytes),
    arenaBytes,
  }).toEqual(costs);
  engine.close();
});
