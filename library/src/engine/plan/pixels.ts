/** Pictures as a plan takes them in: bytes that somebody puts into a fixed place before the plan runs. */
import type { Shape } from "#base";
import type { Engine } from "../engine.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export interface PixelSettings {
  /** In the engine's memory, as many as the shape has elements. */
  bytes: Uint8Array;
  shape: Shape;
  /** element = byte · scale */
  scale: number;
}

/** Numbers out of bytes, element = byte · scale; it has no inputs and no gradient. */
export const pixelsOp: Op<PixelSettings> = {
  name: "pixels",
  overwrites: true,
  shape: (_, { shape }) => shape,
  forward(kernels, _, y, { bytes, scale }) {
    kernels.pixels(bytes, y.data, scale);
  },
  backward() {
    // bytes have no gradient
  },
};

/** Notes in the recording that is running: here pictures come in. */
export function recordPixels(engine: Engine, settings: PixelSettings): Tensor {
  const { recording } = engine;
  if (recording === null) return engine.pixels(settings.bytes, settings.shape, settings.scale);
  return recording.source(engine, pixelsOp, settings);
}
