import type { Shape } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import { reducedLoops, reducedShape, spread } from "../reduction.ts";
import type { WithoutAxis } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

/** Mean along an axis, which disappears, or over everything: `y = Σ x / n`. */
export const meanOp: Op<{ axis: number | null }> = {
  name: "mean",
  callsKernels: true,
  overwrites: true,
  shape: ([x], { axis }) => reducedShape("mean", x.shape, axis),
  forward(kernels, [x], y, { axis }) {
    kernels.mean(x.data, y.data, ...reducedLoops("mean", x.shape, axis));
  },
  // dy/dx = 1 / n for each of the n numbers
  backward(kernels, [x], _y, dy, [dx], { axis }) {
    const [, count] = reducedLoops("mean", x.shape, axis);
    if (dx) spread("mean", kernels, { dy, dx, shape: x.shape, axis, scale: 1 / count });
  },
};

/** The mean of all elements, or along one axis, counted from 0, which disappears. */
export function mean(x: Tensor): Tensor<readonly []>;
export function mean<S extends Shape, const Axis extends number>(
  x: Tensor<S>,
  axis: Axis,
): Tensor<WithoutAxis<S, Axis>>;
export function mean(x: Tensor, axis: number | null = null): Tensor {
  return apply(meanOp, [x], { axis });
}
