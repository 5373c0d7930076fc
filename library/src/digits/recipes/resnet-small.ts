/**
 * A residual network of twenty-one convolutions: ten blocks of two, each of which adds to what it was given. The same
 * layers without the way past them (`npm run figures` trains both) begin with a gradient that has faded before it reaches
 * the first filters; here it arrives.
 *
 * Three groups of blocks: 14×14 pixels with 8 channels, 7×7 with 16, 4×4 with 32. Where a group begins, the shortcut is a
 * 1×1 convolution of stride 2. There is no batch norm, which would hide what this is to show; the second convolution of
 * each block starts small instead (LeCun's rule, half the variance), so that the sums of ten blocks do not grow.
 *
 * @see [He16] section 3.3
 */
import type { LayerDescription } from "#nn";
import type { Recipe } from "./recipe.ts";

/** Two convolutions and what goes past them. */
function block(filters: number, stride: 1 | 2 = 1): LayerDescription[] {
  const shortcut: LayerDescription[] = stride === 1 ? [] : [{ type: "conv2d", filters, size: 1, stride }];
  return [
    {
      type: "residual",
      layers: [
        { type: "conv2d", filters, size: 3, stride, padding: "same" },
        { type: "relu" },
        { type: "conv2d", filters, size: 3, padding: "same", initializer: "lecunUniform" },
      ],
      shortcut,
    },
    { type: "relu" },
  ];
}

export const resnetSmall: Recipe = {
  name: "resnet-small",
  summary: "ten residual blocks, 21 convolutions: what depth does when gradients find a way",
  data: "mnist",
  architecture: {
    input: [28, 28, 1],
    layers: [
      { type: "conv2d", filters: 8, size: 3, stride: 2, padding: "same" },
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
