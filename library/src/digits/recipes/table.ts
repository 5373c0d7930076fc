/**
 * A network for the rows of a table: two hidden layers, wide enough to bend around most things that a hundred or ten
 * thousand rows can show. Its input and its end are placeholders; whoever trains it fits them to the table.
 *
 * Rows are few, so a batch is small and the passes are many: a thousand rows in batches of 32 make 1,900 steps.
 */
import type { Recipe } from "./recipe.ts";

export const table: Recipe = {
  name: "table",
  summary: "64-64 with ReLU for the rows of a CSV file: classes or numbers",
  data: "table",
  architecture: {
    input: [1],
    layers: [
      { type: "dense", units: 64 },
      { type: "relu" },
      { type: "dense", units: 64 },
      { type: "relu" },
      { type: "dense", units: 1 },
    ],
  },
  optimizer: { type: "adamw", learningRate: 5e-3, beta1: 0.9, beta2: 0.99, weightDecay: 0.01 },
  schedule: { type: "oneCycle", warmup: 0.15 },
  batchSize: 32,
  epochs: 60,
};
