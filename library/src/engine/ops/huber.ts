/**
 * Huber's loss: squared error where the network is nearly right, absolute error where it is far off. A few wild targets
 * then pull no harder than others, for beyond δ the slope no longer grows.
 *
 * `L = mean h(x − t)`, where `h(d) = ½·d²` for |d| ≤ δ and `h(d) = δ·(|d| − ½·δ)` beyond
 *
 * @see [Huber64]
 */
import { sameShape, SettingError, ShapeError } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

export const huberOp: Op<{ delta: number }> = {
  name: "huber",
  callsKernels: true,
  overwrites: true,
  shape([x, targets]) {
    if (!sameShape(x.shape, targets.shape)) {
      throw new ShapeError({
        op: "huber",
        problem: "there is not one target for each number",
        shapes: { x: x.shape, targets: targets.shape },
        want: "equal shapes",
      });
    }
    return [];
  },
  forward(kernels, [x, targets], loss, { delta }) {
    kernels.huber(x.data, targets.data, loss.data, delta);
  },
  // h'(d) is d held between −δ and δ, so  dL/dx = min(max(x − t, −δ), δ) / n; for t the two trade places
  backward(kernels, [x, targets], _loss, dloss, [dx, dtargets], { delta }) {
    if (dx) kernels.huberBackward(x.data, targets.data, dloss.data, dx.data, delta);
    if (dtargets) kernels.huberBackward(targets.data, x.data, dloss.data, dtargets.data, delta);
  },
};

/**
 * Mean of Huber's loss over all elements. Shapes: x and targets alike → []
 *
 * @param options.delta how far off the square turns into a straight line, above 0, in the units of x; default 1
 * @throws {ShapeError} when the shapes differ
 * @throws {SettingError} when delta is not above 0
 */
export function huber(x: Tensor, targets: Tensor, { delta = 1 } = {}): Tensor<readonly []> {
  if (!(delta > 0 && delta < Infinity)) {
    throw new SettingError({
      op: "huber",
      problem: "delta is how far off the square turns into a straight line",
      setting: "delta",
      value: delta,
      want: "a number above 0",
      fix:
        delta === Infinity
          ? "for a square all the way take meanSquaredError(x, targets), which is twice as large"
          : undefined,
    });
  }
  return apply(huberOp, [x, targets], { delta });
}
