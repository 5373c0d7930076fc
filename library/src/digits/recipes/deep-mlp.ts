/**
 * Twelve hidden layers of 64 units with nothing to help them but their starting weights. With He's rule, which keeps the
 * signal's variance level through ReLU layers, it learns. Take that away and it does not:
 *
 *   inkling train deep-mlp --set architecture.layers.1.initializer=lecunUniform    and so on for all of them
 *
 * halves the variance in every layer, and after twelve of them a sixty-fourth of the signal is left; and the gradient on
 * its way back shrinks alike.
 *
 * @see [He15] section 2.2
 */
import type { LayerDescription } from "#nn";
import type { Recipe } from "./recipe.ts";

const HIDDEN_LAYERS = 12;

const hidden: LayerDescription[] = Array.from({ length: HIDDEN_LAYERS }, (): LayerDescription[] => [
  { type: "dense", units: 64, initializer: "heUniform" },
  { type: "relu" },
]).flat();

export const deepMlp: Recipe = {
  name: "deep-mlp",
  summary: "twelve hidden layers without batch norm: what the starting weights decide",
  data: "mnist",
  architecture: { input: [28, 28, 1], layers: [{ type: "flatten" }, ...hidden, { type: "dense", units: 10 }] },
  optimizer: { type: "adamw", learningRate: 1e-3, beta1: 0.9, beta2: 0.99, weightDecay: 0.01 },
  schedule: { type: "oneCycle", warmup: 0.15 },
  batchSize: 128,
  epochs: 5,
};
