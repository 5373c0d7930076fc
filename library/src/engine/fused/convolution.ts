/**
 * A convolution with its bias and the ReLU behind it, in one pass: sums begin with the bias, and are cut off at 0 on their
 * way into memory. 3×3 filters of many channels go Winograd's way, forward and backward (ways.ts).
 *
 * `y = max(x ∗ w + b, 0)`, or without the ReLU `y = x ∗ w + b`; the bias may be missing
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
import { isWinograd, isWinogradBackwards, windowsBack, winogradMemory } from "./ways.ts";

/**
 * Inputs x [batch, height, width, channels], weight [filter height, filter width, channels, filters] and, unless there is
 * none and no ReLU, bias [filters].
 */
export const convolutionOp: Op<{ walk: Walk; relu: boolean }> = {
  name: "convolution",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape([x, weight, bias], { walk, relu }) {
    if (bias === undefined ? relu : bias.shape.length !== 1 || bias.shape[0] !== weight.shape[3]) {
      throw new ShapeError({
        op: "convolution",
        problem: "there is not one bias for each filter",
        shapes: { weight: weight.shape, bias: bias?.shape ?? [] },
        want: "weight [height, width, channels, filters] and bias [filters]",
      });
    }
    return conv2dOp.shape([x, weight], walk);
  },
  memory: ([x, weight], { walk }) =>
    isWinograd(weight.shape, walk, windows([x, weight], walk), false) ? winogradMemory(weight.shape) : [],
  // the weights turned around, as Winograd's way needs them
  workspace([x, weight], { walk }) {
    const [, , channels, filters] = weight.shape;
    return isWinogradBackwards(weight.shape, walk, windows([x, weight], walk)) ? [[4, 4, filters, channels]] : [];
  },
  forward(kernels, [x, weight, bias], y, { walk, relu }, _saved, [u, seen]) {
    const seenThrough = windows([x, weight], walk);
    const [, , channels, filters] = weight.shape;
    if (u !== undefined) {
      kernels.winogradWeights(weight.data, seen.data, u.data, channels, filters, false);
      kernels.winogradConvolution(x.data, u.data, bias?.data ?? null, y.data, seenThrough, filters, relu, true);
    } else if (bias === undefined) {
      kernels.conv2d(x.data, weight.data, y.data, seenThrough, filters, 1);
    } else {
      kernels.conv2dBias(x.data, weight.data, bias.data, y.data, seenThrough, filters, relu ? 1 : 0);
    }
  },
  backward(kernels, [x, weight], y, dy, [dx, dweight, dbias], { walk, relu }, _saved, [turned]) {
    const seen = windows([x, weight], walk);
    const [, , channels, filters] = weight.shape;
    if (relu || dbias) {
      const pixels = y.data.length / filters;
      const masks = relu ? 1 : 0;
      kernels.biasReluBackward(
        y.data,
        dy.data,
        dbias?.data ?? null,
        pixels,
        filters,
        masks,
        ...freshness(dbias ?? null),
      );
    }
    if (dx && turned !== undefined) {
      kernels.winogradWeights(weight.data, null, turned.data, channels, filters, true);
      const back = windowsBack(seen, filters);
      kernels.winogradConvolution(dy.data, turned.data, null, dx.data, back, channels, false, dx.fresh === true);
    } else if (dx) {
      kernels.conv2dBackwardInput(weight.data, dy.data, dx.data, seen, filters, ...freshness(dx));
    }
    if (dweight) kernels.conv2dBackwardWeight(x.data, dy.data, dweight.data, seen, filters, ...freshness(dweight));
  },
};

function windows([x, weight]: readonly View[], walk: Walk) {
  return windowsOf("convolution", x.shape, [weight.shape[0], weight.shape[1]], walk);
}
