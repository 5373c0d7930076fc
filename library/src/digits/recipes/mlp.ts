/**
 * A fully connected network with two hidden layers. Batch norm ahead of each ReLU lets it learn at a high rate, so eight
 * passes are enough. It has no idea that a digit one pixel further to the left is the same digit, and has to see that:
 * each training digit is moved by up to a pixel and bent, differently in every epoch.
 *
 * A dense layer ahead of a batch norm has no bias: subtracting the mean would take it away again.
 */
import type { Recipe } from "./recipe.ts";

export const mlp: Recipe = {
  name: "mlp",
  summary: "784-256-128-10 with batch norm, moved and bent digits, 99 %",
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
  epochs: 8,
  augmentation: [
    { type: "shift", pixels: 1 },
    { type: "elastic", amplitude: 0.65 },
  ],
};
