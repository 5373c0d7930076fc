/**
 * One training that touches everything whose bits could differ between threads, runtimes and processors: matrix products,
 * batch norm, dropout, random shifts, exponentials, AdamW, a one-cycle schedule. It runs in Node and in Chromium.
 */
import { Rng } from "#base";
import { createDataset } from "#data";
import { createEngine } from "#engine";
import { hashWeights } from "#formats";
import { buildModel } from "#nn";
import { train } from "#train";

/**
 * The weights' hash after the training, with module `simd`. Whoever changes what a kernel computes changes it: then run
 * the test, look at what it got, and say in the changelog that results have new last bits.
 */
export const EXPECTED_HASH = "sha256:8405524b3d657d8678be19962f06edcc95d25b91dd514acc5ad456a9081f7fec";

/** The hash of the weights after 60 steps. */
export async function trainedHash(threads: number): Promise<string> {
  const engine = await createEngine({ threads, module: "simd" });
  const rng = new Rng(5);
  const count = 640;
  const pictures = rng.stream("pictures");
  const data = createDataset({
    inputs: Uint8Array.from({ length: count * 144 }, () => Math.max(0, pictures.integer(512) - 256)),
    labels: Uint8Array.from({ length: count }, (_, sample) => sample % 4),
    inputShape: [12, 12, 1],
    classNames: ["a", "b", "c", "d"],
  });
  const layers = [
    { type: "flatten" },
    { type: "dense", units: 160, bias: false, initializer: "heNormal" },
    { type: "batchNorm" },
    { type: "relu" },
    { type: "dropout", rate: 0.3 },
    { type: "dense", units: 40 },
    { type: "tanh" },
    { type: "dense", units: 20 },
    { type: "sigmoid" },
    { type: "dense", units: 4 },
  ] as const;
  const model = buildModel(engine, { input: [12, 12, 1], layers }, { rng });
  const training = train(model, {
    data,
    batchSize: 64,
    epochs: 6,
    optimizer: { type: "adamw", learningRate: 0.01 },
    schedule: { type: "oneCycle" },
    loss: { type: "crossEntropy", labelSmoothing: 0.1 },
    augmentation: [{ type: "shift", pixels: 2 }],
    clipNorm: 1,
    rng,
  });
  for await (const record of training) void record;
  const hash = await hashWeights(model);
  engine.close();
  return hash;
}
