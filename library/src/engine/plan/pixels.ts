/** Pictures as a plan takes them in: bytes that lie in the engine's memory, and which of them make up the batch. */
import { sizeOf } from "#base";
import type { Shape } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export interface PixelSettings {
  /** In the engine's memory, one picture after another. */
  images: Uint8Array;
  /** The shape of one picture. */
  sample: Shape;
  /** number = byte · scale */
  scale: number;
}

/** The pictures of these numbers, samples [batch] → [batch, ...sample], number = byte · scale. Bytes have no gradient. */
export const pixelsOp: Op<PixelSettings> = {
  name: "pixels",
  callsKernels: true,
  overwrites: true,
  shape: ([samples], { sample }) => [samples.shape[0], ...sample],
  forward(kernels, [samples], y, { images, sample, scale }) {
    kernels.gatherPixels(images, samples.data, y.data, sizeOf(sample), scale);
  },
  backward() {
    // bytes have no gradient
  },
};

/** The pictures of these numbers, as an operation like any other. */
export function pixels(samples: Tensor, settings: PixelSettings): Tensor {
  return apply(pixelsOp, [samples], settings);
}
