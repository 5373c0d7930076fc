/**
 * A fully connected network with two hidden layers. Batch norm ahead of each ReLU lets it learn at a high rate, so five
 * passes are enough; moving each training digit by up to two pixels stands in for the invariance that it does not have.
 *
 * A dense layer ahead of a batch norm has no bias: subtracting the mean would take it away again.
 */
import type { Recipe } from "./recipe.ts";

export const mlp: Recipe = {
  name: "mlp",
  summary: "784-256-128-10 with batch norm and random shifts, above 98 %",
  data: "mnist",
  architecture: {
    input: [28, 28, 1],
    layers: [
      { type: "flatten" },
      { type: "dense", units: 256, bias: false },
      { type: "batchNorm" },
      { type: "relu" },
      { type: "dense", units: 128, bias: false },
      { type: "batchNorm" },
      { type: "relu" },
      { type: "dense", units: 10 },
    ],
  },
  optimizer: { type: "adamw", learningRate: 6e-3, beta1: 0.9, beta2: 0.99, weightDecay: 0.01 },
  schedule: { type: "oneCycle", warmup: 0.15 },
  batchSize: 128,
  epochs: 5,
  augmentation: [{ type: "shift", pixels: 2 }],
};
