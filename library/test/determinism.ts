/**
 * One training that has everything in it, and the hash that its weights must have: on any machine, in any runtime, with
 * any number of threads. What a number's last bit depends on is the build of the kernels alone.
 *
 * The network and its batches are large enough that all heavy kernels are shared out to the threads.
 */
import { Rng } from "#base";
import { createEngine } from "#engine";
import { hashWeights } from "#formats";
import { buildModel } from "#nn";
import { train } from "#train";
import { patterns } from "./synthetic.ts";

/**
 * With module "simd". It changes whenever a kernel sums in another order or a layer draws other numbers, and then the
 * new one is the one that all runs of the tests agree on.
 */
export const SIMD_HASH = "sha256:0582082c9a826a25754b9751c7e3df55272b4d957eeb2788d0b40346cd35c637";

/** Trains for 60 steps: batch norm, dropout, shifts, AdamW, one-cycle, label smoothing, clipping, a small last batch. */
export async function trainedHash({ threads, module }: { threads: number; module: "simd" | "relaxed-simd" }) {
  const engine = await createEngine({ threads, module });
  const layers = [
    { type: "flatten" },
    { type: "dense", units: 200, bias: false },
    { type: "batchNorm" },
    { type: "relu" },
    { type: "dropout", rate: 0.2 },
    { type: "dense", units: 100 },
    { type: "tanh" },
    { type: "dense", units: 10 },
  ] as const;
  const model = buildModel(engine, { input: [20, 20, 1], layers }, { rng: new Rng(1) });
  const training = train(model, {
    data: patterns({ samples: 1200, classes: 10, side: 20 }),
    batchSize: 128,
    epochs: 6,
    optimizer: { type: "adamw", learningRate: 0.005 },
    schedule: { type: "oneCycle" },
    loss: { type: "crossEntropy", labelSmoothing: 0.05 },
    clipNorm: 1,
    augmentation: [{ type: "shift", pixels: 2 }],
    rng: new Rng(1),
  });
  let accuracy: number | null = null;
  for await (const record of training) if (record.kind === "epoch") ({ accuracy } = record);
  const result = { hash: await hashWeights(model), accuracy, threads: engine.threads, module: engine.module };
  engine.close();
  return result;
}
