/**
 * The convolutional network that tutorials of other libraries train on MNIST, layer for layer, so that results and times
 * can be put side by side: 3×3 filters, max pooling, dropout ahead of the only dense layer, Adam at 0.001.
 *
 * @see [Srivastava14] for the dropout
 */
import type { Recipe } from "./recipe.ts";

export const kerasConvnet: Recipe = {
  name: "keras-convnet",
  summary: "the tutorials' network: two convolutions, max pooling, dropout; 34,826 weights",
  data: "mnist",
  architecture: {
    input: [28, 28, 1],
    layers: [
      { type: "conv2d", filters: 32, size: 3 },
      { type: "relu" },
      { type: "maxPool2d", size: 2 },
      { type: "conv2d", filters: 64, size: 3 },
      { type: "relu" },
      { type: "maxPool2d", size: 2 },
      { type: "flatten" },
      { type: "dropout", rate: 0.5 },
      { type: "dense", units: 10 },
    ],
  },
  optimizer: { type: "adam", learningRate: 1e-3 },
  schedule: { type: "constant" },
  batchSize: 128,
  epochs: 3,
};
