/**
 * Softmax and cross entropy in one: how surprised the network is by the right answers, in nats per sample.
 *
 * `p = softmax(logits)`, `L = mean over rows of −Σ_c t_c · ln p_c`
 *
 * The target t is 1 at the label and 0 elsewhere; label smoothing s spreads a part of it: t = (1 − s)·onehot + s/classes.
 * Together the two have the simplest derivative of all: dL/dlogits = (p − t) / rows.
 *
 * @see [Bridle90] [Szegedy16] section 7 for label smoothing
 */
import { SettingError, ShapeError } from "#base";
import { apply } from "../apply.ts";
import { lastAxis } from "../axis.ts";
import type { Values } from "../engine.ts";
import type { Op } from "../op.ts";
import { Tensor } from "../tensor.ts";

export const crossEntropyOp: Op<{ labelSmoothing: number }> = {
  name: "crossEntropy",
  callsKernels: true,
  startsGradients: true,
  overwrites: true,
  shape([logits, labels]) {
    if (logits.shape.length !== 2 || labels.shape.length !== 1 || labels.shape[0] !== logits.shape[0]) {
      throw new ShapeError({
        op: "crossEntropy",
        problem: "there is not one label for each row of logits",
        shapes: { logits: logits.shape, labels: labels.shape },
        want: "logits [batch, classes] and labels [batch]",
      });
    }
    return [];
  },
  // p − t of each number, and the loss of each row
  saved: ([logits]) => [logits.shape, logits.shape.slice(0, 1)],
  forward(kernels, [logits, labels], loss, { labelSmoothing }, [surplus, losses]) {
    const [rows, columns] = lastAxis(logits.shape);
    kernels.crossEntropy(logits.data, labels.data, losses.data, surplus.data, rows, columns, labelSmoothing);
    kernels.mean(losses.data, loss.data, 1, rows, 1);
  },
  // with L = −Σ t·ln p and p = softmax(x):  dL/dxⱼ = Σ_c t_c·(pⱼ − δ_cⱼ) = pⱼ − tⱼ, for Σ t = 1; the mean divides by rows
  backward(kernels, _inputs, _loss, dloss, [dlogits], _settings, [surplus]) {
    if (!dlogits) return;
    const [rows, columns] = lastAxis(dlogits.shape);
    kernels.crossEntropyBackward(surplus.data, dloss.data, dlogits.data, rows, columns, dlogits.fresh === true);
  },
};

/**
 * Mean cross entropy of logits against labels, in nats: ln(classes) for a network that knows nothing, 0 for one that is
 * always right and sure.
 *
 * Shapes: logits [batch, classes], labels [batch] → []
 *
 * @param labels class numbers, 0 to classes − 1, as an ordinary array or a tensor
 * @param options.labelSmoothing the part of the target, 0 to below 1, spread over all classes; default 0
 * @throws {ShapeError} when there is not one label a row
 * @throws {SettingError} when a label is not a class number
 * @example
 * crossEntropy(engine.tensor([2, 0, 0, 2], [2, 2]), [0, 1]).item(); // 0.1269: both are right, and fairly sure
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor | Values,
  { labelSmoothing = 0 } = {},
): Tensor<readonly []> {
  const { engine } = logits;
  const tensor = labels instanceof Tensor ? labels : engine.tensor(labels, [labels.length]);
  crossEntropyOp.shape([logits, tensor], { labelSmoothing });
  const classes = logits.shape[1];
  // a recorded label has no number yet; whoever fills it in vouches for it
  const isWrong = (label: number) => !(label >= 0 && label < classes && Number.isInteger(label));
  const wrong = tensor.placed ? tensor.data.findIndex(isWrong) : -1;
  if (wrong !== -1) {
    throw new SettingError({
      op: "crossEntropy",
      problem: `label ${tensor.data[wrong]} at position ${wrong} is no class number`,
      setting: "labels",
      value: tensor.data[wrong],
      want: `whole numbers from 0 to ${classes - 1}, for logits with ${classes} columns`,
    });
  }
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new SettingError({
      op: "crossEntropy",
      problem: "label smoothing is a part of 1",
      setting: "labelSmoothing",
      value: labelSmoothing,
      want: "a number from 0 to below 1",
    });
  }
  return apply(crossEntropyOp, [logits, tensor], { labelSmoothing });
}
