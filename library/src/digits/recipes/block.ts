/**
 * What the convolutional recipes are made of: a convolution that keeps the size, or halves it with a stride of 2, then batch
 * norm and ReLU. The convolution has no bias: batch norm subtracts the mean, and would take it away again.
 *
 * @see [Ioffe15] section 3.2
 */
import type { LayerDescription } from "#nn";

export function block(filters: number, size: number, stride?: 2): LayerDescription[] {
  const step = stride === undefined ? {} : { stride };
  return [
    { type: "conv2d", filters, size, ...step, padding: (size - 1) / 2, bias: false },
    { type: "batchNorm" },
    { type: "relu" },
  ];
}
