/**
 * In evaluation a batch norm is a straight line, for its statistics stand still; so weights and bias ahead of it can do
 * its work beside their own.
 *
 * `γ·((x·W + b) − μ) / √(σ² + ε) + β = x·(W·s) + (β + (b − μ)·s)`, where `s = γ / √(σ² + ε)` for each column of W
 *
 * Inputs weight [..., channels], then scale γ, shift β, mean μ and variance σ², and a bias b if there is one, [channels]
 * each → the folded weight, in the weight's shape; saves the folded bias. It has no gradient: training folds nothing.
 *
 * @see [Ioffe15] section 3.1
 */
import { InklingError } from "#base";
import { lastAxis } from "../axis.ts";
import type { Op } from "../op.ts";

export const foldBatchNormOp: Op<{ epsilon: number }> = {
  name: "foldBatchNorm",
  callsKernels: true,
  overwrites: true,
  shape: ([weight]) => weight.shape,
  saved: ([, scale]) => [scale.shape],
  forward(kernels, [weight, scale, shift, mean, variance, bias], folded, { epsilon }, [foldedBias]) {
    const [rows, channels] = lastAxis(weight.shape);
    const statistics = [scale.data, shift.data, mean.data, variance.data] as const;
    const to = [folded.data, foldedBias.data] as const;
    kernels.foldBatchNorm(weight.data, bias?.data ?? null, ...statistics, ...to, rows, channels, epsilon);
  },
  backward() {
    throw new InklingError({ op: "foldBatchNorm", problem: "a folded batch norm has no gradient" });
  },
};
