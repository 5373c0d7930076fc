import { ShapeError } from "#base";
import type { Shape } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import { spread } from "../reduction.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The mean of each channel over all pixels: [batch, height, width, channels] → [batch, channels]. Where something was
 * seen no longer counts, and pictures of any size give the same number of features. @see [Lin14]
 */
export const globalAveragePool2dOp: Op = {
  name: "globalAveragePool2d",
  callsKernels: true,
  overwrites: true,
  shape([x]) {
    if (x.shape.length !== 4) {
      throw new ShapeError({
        op: "globalAveragePool2d",
        problem: "x must be a batch of pictures",
        shapes: { x: x.shape },
        want: "four axes: [batch, height, width, channels]",
      });
    }
    return [x.shape[0], x.shape[3]];
  },
  forward(kernels, [x], y) {
    kernels.mean(x.data, y.data, ...pixelsAsAxis(x.shape));
  },
  // y = Σ x / n, so each of the n pixels receives dy / n
  backward(kernels, [x], _y, dy, [dx]) {
    if (!dx) return;
    const shape = pixelsAsAxis(x.shape);
    spread("globalAveragePool2d", kernels, { dy, dx, shape, axis: 1, scale: 1 / shape[1] });
  },
};

/** [batch, pixels, channels] */
function pixelsAsAxis([batch, height, width, channels]: Shape): [number, number, number] {
  return [batch, height * width, channels];
}

/** The mean of each channel over all pixels: [batch, height, width, channels] → [batch, channels]. */
export function globalAveragePool2d(x: Tensor): Tensor<readonly [number, number]> {
  return apply(globalAveragePool2dOp, [x]);
}
