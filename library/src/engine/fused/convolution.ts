/**
 * A convolution with its bias and the ReLU behind it, in one pass: sums begin with the bias, and are cut off at 0 on their
 * way into memory.
 *
 * `y = max(x ∗ w + b, 0)`, or without the ReLU `y = x ∗ w + b`
 *
 * Backward, dz = dy where y > 0 and 0 elsewhere; db = Σ dz over all pixels, and dx and dw are those of the convolution for
 * dz. The sign of y tells what the ReLU let through, so z itself is never kept; and dy, which nobody needs afterwards,
 * becomes dz where it lies.
 */
import { ShapeError } from "#base";
import { freshness } from "../op.ts";
import type { Op, View } from "../op.ts";
import { conv2dOp } from "../ops/conv2d.ts";
import { windowsOf } from "../windows.ts";
import type { Walk } from "../windows.ts";

/** Inputs x [batch, height, width, channels], weight [filter height, filter width, channels, filters], bias [filters]. */
export const convolutionOp: Op<{ walk: Walk; relu: boolean }> = {
  name: "convolution",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape([x, weight, bias], { walk }) {
    if (bias.shape.length !== 1 || bias.shape[0] !== weight.shape[3]) {
      throw new ShapeError({
        op: "convolution",
        problem: "there is not one bias for each filter",
        shapes: { weight: weight.shape, bias: bias.shape },
        want: "weight [height, width, channels, filters] and bias [filters]",
      });
    }
    return conv2dOp.shape([x, weight], walk);
  },
  forward(kernels, [x, weight, bias], y, { walk, relu }) {
    const seen = windows([x, weight], walk);
    kernels.conv2dBias(x.data, weight.data, bias.data, y.data, seen, weight.shape[3], relu ? 1 : 0);
  },
  backward(kernels, [x, weight], y, dy, [dx, dweight, dbias], { walk, relu }) {
    const seen = windows([x, weight], walk);
    const filters = weight.shape[3];
    const pixels = y.data.length / filters;
    const masks = relu ? 1 : 0;
    kernels.biasReluBackward(y.data, dy.data, dbias?.data ?? null, pixels, filters, masks, ...freshness(dbias));
    if (dx) kernels.conv2dBackwardInput(weight.data, dy.data, dx.data, seen, filters, ...freshness(dx));
    if (dweight) kernels.conv2dBackwardWeight(x.data, dy.data, dweight.data, seen, filters, ...freshness(dweight));
  },
};

function windows([x, weight]: readonly View[], walk: Walk) {
  return windowsOf("convolution", x.shape, [weight.shape[0], weight.shape[1]], walk);
}
