/**
 * Sigmoid and cross entropy in one: how surprised the network is by yes and no, in nats per answer.
 *
 * `p = 1 / (1 + e⁻ˣ)`, `L = mean of −(t·ln p + (1 − t)·ln(1 − p))`
 *
 * The target t is the probability of a yes, mostly 0 or 1; label smoothing s draws it towards ½: t ← (1 − s)·t + s/2, as
 * cross entropy does with two classes. Computed is `max(x, 0) − x·t + ln(1 + e^−|x|)`, the same for any x without
 * overflow, and the derivative is as simple as that of softmax: dL/dx = (p − t) / n.
 *
 * @see [Bridle90]
 */
import { sameShape, SettingError, ShapeError } from "#base";
import { apply } from "../apply.ts";
import type { Values } from "../engine.ts";
import type { Op } from "../op.ts";
import { Tensor } from "../tensor.ts";

export const binaryCrossEntropyOp: Op<{ labelSmoothing: number }> = {
  name: "binaryCrossEntropy",
  callsKernels: true,
  overwrites: true,
  shape([logits, targets]) {
    if (!sameShape(logits.shape, targets.shape)) {
      throw new ShapeError({
        op: "binaryCrossEntropy",
        problem: "there is not one target for each logit",
        shapes: { logits: logits.shape, targets: targets.shape },
        want: "equal shapes",
      });
    }
    return [];
  },
  forward(kernels, [logits, targets], loss, { labelSmoothing }) {
    kernels.binaryCrossEntropy(logits.data, targets.data, loss.data, labelSmoothing);
  },
  // d/dx ln(1 + e⁻ˣ) = p − 1, so of  x·(1 − t) + ln(1 + e⁻ˣ)  there remains p − t; targets are given and have no gradient
  backward(kernels, [logits, targets], _loss, dloss, [dlogits], { labelSmoothing }) {
    if (!dlogits) return;
    kernels.binaryCrossEntropyBackward(logits.data, targets.data, dloss.data, dlogits.data, labelSmoothing);
  },
};

/**
 * Mean cross entropy of logits against yes and no, in nats: ln 2 for a network that knows nothing, 0 for one that is
 * always right and sure.
 *
 * Shapes: logits any, targets alike → []
 *
 * @param targets the probability of a yes, 0 to 1, for each logit; as an ordinary array or a tensor
 * @param options.labelSmoothing how far targets are drawn towards ½, 0 to below 1; default 0
 * @throws {ShapeError} when there is not one target for each logit
 * @throws {SettingError} when a target is not from 0 to 1
 * @example
 * binaryCrossEntropy(engine.tensor([2, -2], [2, 1]), [1, 0]).item(); // 0.1269: both are right, and fairly sure
 */
export function binaryCrossEntropy(
  logits: Tensor,
  targets: Tensor | Values,
  { labelSmoothing = 0 } = {},
): Tensor<readonly []> {
  const { engine } = logits;
  const tensor =
    targets instanceof Tensor
      ? targets
      : engine.tensor(targets, targets.length === logits.size ? logits.shape : [targets.length]);
  binaryCrossEntropyOp.shape([logits, tensor], { labelSmoothing });
  // a recorded target has no number yet; whoever fills it in vouches for it
  const wrong = tensor.placed ? tensor.data.findIndex((target) => !(target >= 0 && target <= 1)) : -1;
  if (wrong !== -1) {
    throw new SettingError({
      op: "binaryCrossEntropy",
      problem: `target ${tensor.data[wrong]} at position ${wrong} is no probability`,
      setting: "targets",
      value: tensor.data[wrong],
      want: "numbers from 0 (no) to 1 (yes)",
    });
  }
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new SettingError({
      op: "binaryCrossEntropy",
      problem: "label smoothing is a part of 1",
      setting: "labelSmoothing",
      value: labelSmoothing,
      want: "a number from 0 to below 1",
    });
  }
  return apply(binaryCrossEntropyOp, [logits, tensor], { labelSmoothing });
}
