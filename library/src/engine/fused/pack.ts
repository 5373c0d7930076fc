/**
 * Lists of what is not 0, ahead of a first layer that looks at nothing else: y are the values, `saved` their positions
 * and how many there are in each row. Nothing has a gradient here: inputs are given.
 *
 * @see kernels/reference/non-zeros.ts
 */
import { sizeOf } from "#base";
import type { Op } from "../op.ts";
import type { PixelSettings } from "../plan/pixels.ts";

/** Of pictures as bytes: samples [batch], their numbers in `images` → values [batch, pixels]. */
export const packPixelsOp: Op<PixelSettings> = {
  name: "packPixels",
  callsKernels: true,
  overwrites: true,
  shape: ([samples], { sample }) => [samples.shape[0], sizeOf(sample)],
  saved: ([samples], { sample }) => [[samples.shape[0], sizeOf(sample)], samples.shape],
  forward(kernels, [samples], values, { images, scale }, [positions, counts]) {
    kernels.packPixels(images, samples.data, positions.data, values.data, counts.data, values.shape[1], scale);
  },
  backward() {
    // bytes have no gradient
  },
};

/** Of rows of numbers: x [rows, columns] → values [rows, columns]. */
export const packNonZerosOp: Op = {
  name: "packNonZeros",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  saved: ([x]) => [x.shape, x.shape.slice(0, 1)],
  forward(kernels, [x], values, _settings, [positions, counts]) {
    const [rows, columns] = x.shape;
    kernels.packNonZeros(x.data, positions.data, values.data, counts.data, rows, columns);
  },
  backward() {
    // the inputs of a first layer are given
  },
};
