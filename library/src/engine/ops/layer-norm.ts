/**
 * Layer normalisation: the numbers of each row are shifted and scaled to mean 0 and variance 1, then every feature is
 * given a scale γ and a shift β of its own, which are learned.
 *
 * `x̂ = (x − μ) / √(σ² + ε)`, `y = γ·x̂ + β`
 *
 * μ and σ² are those of the row alone: no sample sees its company, a batch of one will do, and training and evaluation
 * are the same. The variance is the biased one, Σ(x − μ)² / features.
 *
 * @see [Ba16]
 */
import { SettingError, ShapeError } from "#base";
import { apply } from "../apply.ts";
import { lastAxis } from "../axis.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Inputs x [..., features], scale [features], shift [features]; saves each row's mean and variance, [rows]. */
export const layerNormOp: Op<{ epsilon: number }> = {
  name: "layerNorm",
  callsKernels: true,
  overwrites: true,
  shape([x, scale, shift]) {
    const [, features] = lastAxis(x.shape);
    if (x.shape.length === 0 || [scale, shift].some(({ shape }) => shape.length !== 1 || shape[0] !== features)) {
      throw new ShapeError({
        op: "layerNorm",
        problem: "there is not one scale and one shift for each feature",
        shapes: { x: x.shape, scale: scale.shape, shift: shift.shape },
        want: "x [..., features] and [features] for both of the others",
      });
    }
    return x.shape;
  },
  saved([x]) {
    const [rows] = lastAxis(x.shape);
    return [[rows], [rows]];
  },
  forward(kernels, [x, scale, shift], y, { epsilon }, [mean, variance]) {
    const [rows, features] = lastAxis(x.shape);
    kernels.layerNorm(x.data, scale.data, shift.data, y.data, mean.data, variance.data, rows, features, epsilon);
  },
  // dL/dβ = Σ dy,  dL/dγ = Σ dy·x̂, over the rows. With g = γ·dy, moving one x also moves μ and σ² of its row:
  //   dL/dx = (g − mean(g) − x̂·mean(g·x̂)) / √(σ² + ε)
  backward(kernels, [x, scale], _y, dy, [dx, dscale, dshift], { epsilon }, [mean, variance]) {
    const [rows, features] = lastAxis(x.shape);
    const sizes = [rows, features, epsilon] as const;
    if (dx) kernels.layerNormBackward(x.data, scale.data, mean.data, variance.data, dy.data, dx.data, ...sizes);
    if (!dscale && !dshift) return;
    kernels.layerNormBackwardParameters(
      x.data,
      mean.data,
      variance.data,
      dy.data,
      dscale?.data ?? null,
      dshift?.data ?? null,
      ...sizes,
    );
  },
};

/**
 * Normalises along the last axis.
 *
 * Shapes: x [..., features], scale [features], shift [features] → x's
 *
 * @param options.epsilon added to the variance before the root, above 0; default 1e-5
 * @throws {ShapeError} when there is not one scale and one shift for each feature
 * @throws {SettingError} when epsilon is not above 0
 */
export function layerNorm<S extends readonly number[]>(
  x: Tensor<S>,
  { scale, shift, epsilon = 1e-5 }: { scale: Tensor; shift: Tensor; epsilon?: number },
): Tensor<S> {
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new SettingError({
      op: "layerNorm",
      problem: "a row of equal numbers has the variance 0, and only epsilon keeps its root from dividing by 0",
      setting: "epsilon",
      value: epsilon,
      want: "a number above 0",
    });
  }
  return apply(layerNormOp, [x, scale, shift], { epsilon });
}
