/**
 * A dense layer with its bias and the ReLU behind it, in one pass: the bias is added to each sum, and what is below 0 cut
 * off, on its way into memory.
 *
 * `y = max(x·w + b, 0)`, or without the ReLU `y = x·w + b`
 *
 * Backward, dz = dy where y > 0 and 0 elsewhere; the sign of y tells what the ReLU let through, so z itself is never kept;
 * and dy, which nobody needs afterwards, becomes dz where it lies:
 *
 *   dL/dx = dz · wᵀ   [m, n] · [n, k] → [m, k]
 *   dL/dw = xᵀ · dz   [k, m] · [m, n] → [k, n]
 *   dL/db = Σ over the rows of dz
 */
import { ShapeError } from "#base";
import { freshness } from "../op.ts";
import type { Op } from "../op.ts";
import { matmulOp } from "../ops/matmul.ts";

/** Inputs x [m, k], weight [k, n], bias [n] → y [m, n]. */
export const denseOp: Op<{ relu: boolean }> = {
  name: "dense",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape([x, weight, bias]) {
    const shape = matmulOp.shape([x, weight], undefined);
    if (bias.shape.length !== 1 || bias.shape[0] !== shape[1]) {
      throw new ShapeError({
        op: "dense",
        problem: "there is not one bias for each column",
        shapes: { weight: weight.shape, bias: bias.shape },
        want: "weight [in, out] and bias [out]",
      });
    }
    return shape;
  },
  forward(kernels, [x, weight, bias], y, { relu }) {
    const [m, n] = y.shape;
    kernels.dense(x.data, weight.data, bias.data, y.data, m, x.shape[1], n, relu ? 1 : 0);
  },
  backward(kernels, [x, weight], y, dy, [dx, dweight, dbias], { relu }) {
    const [m, n] = y.shape;
    const k = x.shape[1];
    kernels.biasReluBackward(y.data, dy.data, dbias?.data ?? null, m, n, relu ? 1 : 0, ...freshness(dbias));
    if (dx) kernels.matmulTransposeB(dy.data, weight.data, dx.data, m, n, k, ...freshness(dx));
    if (dweight) kernels.matmulTransposeA(x.data, dy.data, dweight.data, k, m, n, ...freshness(dweight));
  },
};
