/**
 * The smallest network that reads digits: one weighted sum of the 784 pixels per class, the largest wins. Its 7,850
 * numbers can be looked at as ten pictures, and it shows how much of the task needs no hidden layer at all.
 */
import type { Recipe } from "./recipe.ts";

export const linear: Recipe = {
  name: "linear",
  summary: "784-10: one weighted picture per digit, about 92 %",
  data: "mnist",
  architecture: { input: [28, 28, 1], layers: [{ type: "flatten" }, { type: "dense", units: 10 }] },
  optimizer: { type: "adamw", learningRate: 5e-3, beta1: 0.9, beta2: 0.99, weightDecay: 0.01 },
  schedule: { type: "oneCycle", warmup: 0.15 },
  batchSize: 128,
  epochs: 3,
};
