/**
 * Three trainings that have everything in them, and the hashes that their weights must have: on any machine, in any runtime, with
 * any number of threads. What a number's last bit depends on is the build of the kernels alone.
 *
 * The networks and their batches are large enough that all heavy kernels are shared out to the threads.
 */
import { Rng } from "#base";
import type { AugmentationDescription } from "#data";
import { createEngine } from "#engine";
import { hashWeights } from "#formats";
import { buildModel } from "#nn";
import type { Architecture } from "#nn";
import type { OptimizerDescription } from "#optim";
import { train } from "#train";
import { patterns } from "./synthetic.ts";

/**
 * With module "simd". It changes whenever a kernel sums in another order or a layer draws other numbers, and then the
 * new one is the one that all runs of the tests agree on.
 */
export const SIMD_HASH = "sha256:a4734b16961de3327b3cfb80674e924398d4374ee2f96ec43ae809d85a548c5f";

/** The same for the network that sees pictures. */
export const PICTURES_SIMD_HASH = "sha256:e84c95df35c24ceee27098cf9d1433c66f8f80458e122b4b783cfc0a941c873c";

/** The same for the one whose pictures go through every change. */
export const AUGMENTED_SIMD_HASH = "sha256:0f5c67c9ada86af504b907cc0723c5d92dba6b4afedb52c2d1e19c1f29cbd96f";

interface Place {
  threads: number;
  module: "simd" | "relaxed-simd";
}

/** Trains for 60 steps: batch norm, dropout, shifts, AdamW, one-cycle, label smoothing, clipping, a small last batch. */
export function trainedHash(place: Place) {
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
  return hashAfter(place, { input: [20, 20, 1], layers }, { type: "adamw", learningRate: 0.005 });
}

/** Trains for 60 steps: convolutions of every way, all poolings, residual blocks, layer norm, every activation, RMSProp. */
export function picturesHash(place: Place) {
  const layers = [
    { type: "conv2d", filters: 16, size: 5, stride: 2, padding: 2, bias: false },
    { type: "batchNorm" },
    { type: "leakyRelu" },
    { type: "residual", layers: [{ type: "conv2d", filters: 16, size: 3, padding: "same" }, { type: "gelu" }] },
    { type: "conv2d", filters: 24, size: 3, padding: "same" },
    { type: "relu" },
    { type: "maxPool2d", size: 2 },
    { type: "maxPool2d", size: 3, stride: 2, padding: "same" },
    { type: "layerNorm" },
    {
      type: "residual",
      layers: [{ type: "conv2d", filters: 20, size: [2, 3], padding: "same" }, { type: "elu" }],
      shortcut: [{ type: "conv2d", filters: 20, size: 1 }],
    },
    { type: "averagePool2d", size: 2, stride: 1 },
    { type: "dropout", rate: 0.1 },
    { type: "globalAveragePool2d" },
    { type: "dense", units: 10 },
  ] as const;
  const optimizer = { type: "rmsProp", learningRate: 0.003, momentum: 0.5 } as const;
  return hashAfter(place, { input: [20, 20, 1], layers }, optimizer);
}

/** Trains for 60 steps: every change that augmentation knows. */
export function augmentedHash(place: Place) {
  const layers = [
    { type: "flatten" },
    { type: "dense", units: 100 },
    { type: "relu" },
    { type: "dense", units: 10 },
  ] as const;
  return hashAfter(place, { input: [20, 20, 1], layers }, { type: "sgd", learningRate: 0.2 }, [
    { type: "deskew", probability: 0.5 },
    { type: "affine", degrees: 10, scale: 0.1, shear: 0.1, pixels: 1, probability: 0.8 },
    { type: "elastic", amplitude: 0.65 },
    { type: "stroke", thicker: 0.5, thinner: 0.5 },
    { type: "erase", largest: 0.1 },
    { type: "noise", deviation: 0.1 },
    { type: "shift", pixels: 1 },
  ]);
}

async function hashAfter(
  place: Place,
  architecture: Architecture,
  optimizer: OptimizerDescription,
  augmentation: AugmentationDescription[] = [{ type: "shift", pixels: 2 }],
) {
  const engine = await createEngine(place);
  const model = buildModel(engine, architecture, { rng: new Rng(1) });
  const training = train(model, {
    data: patterns({ samples: 1200, classes: 10, side: 20 }),
    batchSize: 128,
    epochs: 6,
    optimizer,
    schedule: { type: "oneCycle" },
    loss: { type: "crossEntropy", labelSmoothing: 0.05 },
    clipNorm: 1,
    augmentation,
    rng: new Rng(1),
  });
  let accuracy: number | null = null;
  for await (const record of training) if (record.kind === "epoch") ({ accuracy } = record);
  const result = { hash: await hashWeights(model), accuracy, threads: engine.threads, module: engine.module };
  engine.close();
  return result;
}
