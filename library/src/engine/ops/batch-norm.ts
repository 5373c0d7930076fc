/**
 * Batch normalisation: each channel is shifted and scaled to mean 0 and variance 1 over the batch, then given a scale γ
 * and a shift β of its own, which are learned.
 *
 * `x̂ = (x − μ) / √(σ² + ε)`, `y = γ·x̂ + β`
 *
 * μ and σ² are those of the batch in training (so every sample has a part in every output), and fixed running averages
 * in evaluation. The variance that normalises is the biased one, Σ(x − μ)² / rows.
 *
 * @see [Ioffe15] algorithm 1
 */
import { ShapeError } from "#base";
import { apply, applySaving } from "../apply.ts";
import { lastAxis } from "../axis.ts";
import { freshness } from "../op.ts";
import type { Op, View } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Inputs x [..., channels], scale [channels], shift [channels]; saves the batch's mean and variance, [channels] each. */
export const batchNormOp: Op<{ epsilon: number }> = {
  name: "batchNorm",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape: (inputs) => checkChannels("batchNorm", inputs, ["x", "scale", "shift"]),
  saved: ([, scale]) => [scale.shape, scale.shape],
  forward(kernels, [x, scale, shift], y, { epsilon }, [mean, variance]) {
    const [rows, channels] = lastAxis(x.shape);
    kernels.batchNorm(x.data, scale.data, shift.data, y.data, mean.data, variance.data, rows, channels, epsilon);
  },
  // dL/dβ = Σ dy,  dL/dγ = Σ dy·x̂. Moving one x also moves μ and σ², which takes back what all x have in common:
  //   dL/dx = γ / √(σ² + ε) · (dy − mean(dy) − x̂·mean(dy·x̂))
  backward(kernels, [x, scale], _y, dy, [dx, dscale, dshift], { epsilon }, [mean, variance]) {
    const [rows, channels] = lastAxis(x.shape);
    kernels.batchNormBackward(
      x.data,
      scale.data,
      mean.data,
      variance.data,
      dy.data,
      dx?.data ?? null,
      dscale?.data ?? null,
      dshift?.data ?? null,
      rows,
      channels,
      epsilon,
      ...freshness(dx, dscale, dshift),
    );
  },
};

/** Inputs x [..., channels], then scale, shift, mean and variance, [channels] each; mean and variance are constants. */
export const batchNormEvaluationOp: Op<{ epsilon: number }> = {
  name: "batchNormEvaluation",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape: (inputs) => checkChannels("batchNormEvaluation", inputs, ["x", "scale", "shift", "mean", "variance"]),
  forward(kernels, [x, scale, shift, mean, variance], y, { epsilon }) {
    const [rows, channels] = lastAxis(x.shape);
    kernels.batchNormEvaluation(
      x.data,
      scale.data,
      shift.data,
      mean.data,
      variance.data,
      y.data,
      rows,
      channels,
      epsilon,
    );
  },
  // μ and σ² stand still, so y is a straight line in x:  dL/dx = γ / √(σ² + ε) · dy
  backward(kernels, [x, scale, , mean, variance], _y, dy, [dx, dscale, dshift], { epsilon }) {
    const [rows, channels] = lastAxis(x.shape);
    kernels.batchNormEvaluationBackward(
      x.data,
      scale.data,
      mean.data,
      variance.data,
      dy.data,
      dx?.data ?? null,
      dscale?.data ?? null,
      dshift?.data ?? null,
      rows,
      channels,
      epsilon,
      ...freshness(dx, dscale, dshift),
    );
  },
};

function checkChannels(op: string, inputs: readonly View[], names: readonly string[]): readonly number[] {
  const [x, ...perChannel] = inputs;
  const [, channels] = lastAxis(x.shape);
  if (x.shape.length < 2 || perChannel.some(({ shape }) => shape.length !== 1 || shape[0] !== channels)) {
    throw new ShapeError({
      op,
      problem: "there is not one number for each channel",
      shapes: Object.fromEntries(inputs.map((input, index) => [names[index], input.shape])),
      want: "x [batch, …, channels] and [channels] for each of the others",
    });
  }
  return x.shape;
}

interface BatchNormResult<S extends readonly number[]> {
  output: Tensor<S>;
  /** The batch's mean of each channel, [channels]. */
  mean: Tensor;
  /** The batch's biased variance of each channel, [channels]. */
  variance: Tensor;
}

/** Normalises by the batch's own mean and variance, which it also returns. */
export function batchNorm<S extends readonly number[]>(
  x: Tensor<S>,
  { scale, shift, epsilon = 1e-5 }: { scale: Tensor; shift: Tensor; epsilon?: number },
): BatchNormResult<S> {
  const { output, saved } = applySaving(batchNormOp, [x, scale, shift], { epsilon });
  const [mean, variance] = saved;
  return { output: output as Tensor<S>, mean, variance };
}

/** Normalises by a given mean and variance. */
export function batchNormEvaluation<S extends readonly number[]>(
  x: Tensor<S>,
  statistics: { scale: Tensor; shift: Tensor; mean: Tensor; variance: Tensor; epsilon?: number },
): Tensor<S> {
  const { scale, shift, mean, variance, epsilon = 1e-5 } = statistics;
  return apply(batchNormEvaluationOp, [x, scale, shift, mean, variance], { epsilon });
}
