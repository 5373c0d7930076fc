/**
 * Convolution: a small filter looks at every place of a picture, with the same weights everywhere. What it has learnt to
 * see in one place it sees in all, and a 3×3 filter has 9 weights per channel where a dense layer would need one for each
 * pair of pixels.
 *
 * `y[n, i, j, f] = Σ_a Σ_b Σ_c x[n, i·stride + a − top, j·stride + b − left, c] · w[a, b, c, f]`, and x is 0 outside
 *
 * @see [LeCun98]
 */
import { ShapeError } from "#base";
import type { Shape } from "#base";
import { apply } from "../apply.ts";
import { freshness } from "../op.ts";
import type { Op, View } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { bothOf, sidesOf, windowsOf } from "../windows.ts";
import type { LooseWalk, Walk } from "../windows.ts";

/** Inputs x [batch, height, width, channels] and weight [filter height, filter width, channels, filters]. */
export const conv2dOp: Op<Walk> = {
  name: "conv2d",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape([x, weight], walk) {
    checkChannels(x.shape, weight.shape);
    const { batch, outHeight, outWidth } = windows([x, weight], walk);
    return [batch, outHeight, outWidth, weight.shape[3]];
  },
  forward(kernels, [x, weight], y, walk) {
    kernels.conv2d(x.data, weight.data, y.data, windows([x, weight], walk), weight.shape[3], 1);
  },
  // each product x·w was added to one y; so dL/dx = w·dy and dL/dw = x·dy, summed over all y that it had a part in
  backward(kernels, [x, weight], _y, dy, [dx, dweight], walk) {
    const seen = windows([x, weight], walk);
    const filters = weight.shape[3];
    if (dx) kernels.conv2dBackwardInput(weight.data, dy.data, dx.data, seen, filters, ...freshness(dx));
    if (dweight) kernels.conv2dBackwardWeight(x.data, dy.data, dweight.data, seen, filters, ...freshness(dweight));
  },
};

function windows([x, weight]: readonly View[], walk: Walk) {
  return windowsOf("conv2d", x.shape, [weight.shape[0], weight.shape[1]], walk);
}

function checkChannels(x: Shape, weight: Shape): void {
  const isBatch = x.length === 4;
  if (weight.length === 4 && (!isBatch || weight[2] === x[3])) return;
  throw new ShapeError({
    op: "conv2d",
    problem:
      weight.length === 4
        ? `the pictures have ${x[3]} channels and the filters ${weight[2]}`
        : "weight must be filters",
    shapes: { x, weight },
    want: "x [batch, height, width, channels] and weight [height, width, channels, filters] of the same channels",
  });
}

/**
 * Convolution of pictures with filters, without a bias.
 *
 * Shapes: x [batch, height, width, channels], weight [filter height, filter width, channels, filters]
 *         → [batch, out height, out width, filters]
 *
 * @param walk.stride  steps to the next place, or [down, to the right]; default 1
 * @param walk.padding zeros on every side, or [above, below, left, right]; default none
 * @throws {ShapeError} when a filter has other channels than the pictures, or is larger than they are
 * @throws {SettingError} when a stride or a padding is no whole number in its range
 * @example
 * const picture = engine.tensor([1, 0, 0, 1], [1, 2, 2, 1]);
 * const diagonal = engine.tensor([1, 0, 0, 1], [2, 2, 1, 1]);
 * conv2d(picture, diagonal).item(); // 2: both of its pixels are there
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  { stride = 1, padding }: LooseWalk = {},
): Tensor<readonly [number, number, number, number]> {
  return apply(conv2dOp, [x, weight], { stride: bothOf(stride), padding: sidesOf(padding) });
}
