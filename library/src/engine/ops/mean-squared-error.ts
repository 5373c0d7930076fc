import { sameShape, ShapeError } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Mean squared error over all elements, `L = mean (x − t)²`: an element twice as far off pulls twice as hard. */
export const meanSquaredErrorOp: Op = {
  name: "meanSquaredError",
  callsKernels: true,
  overwrites: true,
  shape([x, targets]) {
    if (!sameShape(x.shape, targets.shape)) {
      throw new ShapeError({
        op: "meanSquaredError",
        problem: "there is not one target for each number",
        shapes: { x: x.shape, targets: targets.shape },
        want: "equal shapes",
      });
    }
    return [];
  },
  forward(kernels, [x, targets], loss) {
    kernels.meanSquaredError(x.data, targets.data, loss.data);
  },
  // dL/dx = 2·(x − t) / n, and the same with the opposite sign for t: the two trade places
  backward(kernels, [x, targets], _loss, dloss, [dx, dtargets]) {
    if (dx) kernels.meanSquaredErrorBackward(x.data, targets.data, dloss.data, dx.data);
    if (dtargets) kernels.meanSquaredErrorBackward(targets.data, x.data, dloss.data, dtargets.data);
  },
};

/** `mean (x − targets)²` over all elements. Shapes: x and targets alike → []. @throws {ShapeError} when they differ */
export function meanSquaredError(x: Tensor, targets: Tensor): Tensor<readonly []> {
  return apply(meanSquaredErrorOp, [x, targets]);
}
