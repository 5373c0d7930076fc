/**
 * The network of textbooks: one hidden layer, ReLU, plain gradient descent. Nothing stands between the reader and the five
 * lines of the training loop: no batch norm, no moved digits, no schedule, no memory in the optimizer. It is the one to
 * take apart, and to beat.
 */
import type { Recipe } from "./recipe.ts";

export const mlpPlain: Recipe = {
  name: "mlp-plain",
  summary: "784-128-10, plain gradient descent: the one to take apart",
  data: "mnist",
  architecture: {
    input: [28, 28, 1],
    layers: [{ type: "flatten" }, { type: "dense", units: 128 }, { type: "relu" }, { type: "dense", units: 10 }],
  },
  optimizer: { type: "sgd", learningRate: 0.1 },
  schedule: { type: "constant" },
  batchSize: 64,
  epochs: 5,
};
