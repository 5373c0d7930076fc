/**
 * A residual network of twenty-one convolutions: ten blocks of two, each of which adds to what it was given. The same
 * layers without the way past them (`npm run figures` trains both) begin with a gradient that has faded before it reaches
 * the first filters; here it arrives.
 *
 * Three groups of blocks: 14×14 pixels with 8 channels, 7×7 with 16, 4×4 with 32. Where a group begins, the shortcut is a
 * 1×1 convolution of stride 2. There is no batch norm, which would hide what this is to show. The weights start by LeCun's
 * rule, with half the variance of He's: what a block adds is then small beside what goes past it, and the sums of ten
 * blocks do not grow.
 *
 * @see [He16] section 3.3
 */
import type { LayerDescription } from "#nn";
import type { Recipe } from "./recipe.ts";

/** A convolution that starts small. */
function convolution(filters: number, size: number, stride = 1): LayerDescription {
  return { type: "conv2d", filters, size, stride, padding: "same", initializer: "lecunUniform" };
}

/** Two convolutions and what goes past them. */
function block(filters: number, stride: 1 | 2 = 1): LayerDescription[] {
  const layers: LayerDescription[] = [convolution(filters, 3, stride), { type: "relu" }, convolution(filters, 3)];
  const shortcut = stride === 1 ? [] : [convolution(filters, 1, stride)];
  return [{ type: "residual", layers, shortcut }, { type: "relu" }];
}

export const resnetSmall: Recipe = {
  name: "resnet-small",
  summary: "ten residual blocks, 21 convolutions: what depth does when gradients find a way",
  data: "mnist",
  architecture: {
    input: [28, 28, 1],
    layers: [
      convolution(8, 3, 2),
      { type: "relu" },
      ...block(8),
      ...block(8),
      ...block(8),
      ...block(8),
      ...block(16, 2),
      ...block(16),
      ...block(16),
      ...block(32, 2),
      ...block(32),
      ...block(32),
      { type: "globalAveragePool2d" },
      { type: "dense", units: 10 },
    ],
  },
  optimizer: { type: "adamw", learningRate: 2e-3, beta1: 0.9, beta2: 0.99, weightDecay: 0.01 },
  schedule: { type: "oneCycle", warmup: 0.15 },
  batchSize: 128,
  epochs: 3,
};
