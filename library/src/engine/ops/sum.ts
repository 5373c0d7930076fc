import type { Shape } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import { reducedLoops, reducedShape, spread } from "../reduction.ts";
import type { WithoutAxis } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

/** Sum along an axis, which disappears, or over everything: `y = Σ x`. */
export const sumOp: Op<{ axis: number | null }> = {
  name: "sum",
  callsKernels: true,
  overwrites: true,
  shape: ([x], { axis }) => reducedShape("sum", x.shape, axis),
  forward(kernels, [x], y, { axis }) {
    kernels.sum(x.data, y.data, ...reducedLoops("sum", x.shape, axis));
  },
  // every x has a part of 1 in its sum, so it receives the sum's gradient as it is
  backward(kernels, [x], _y, dy, [dx], { axis }) {
    if (dx) spread("sum", kernels, { dy, dx, shape: x.shape, axis, scale: 1 });
  },
};

/** The sum of all elements, or along one axis, counted from 0, which disappears. */
export function sum(x: Tensor): Tensor<readonly []>;
export function sum<S extends Shape, const Axis extends number>(x: Tensor<S>, axis: Axis): Tensor<WithoutAxis<S, Axis>>;
export function sum(x: Tensor, axis: number | null = null): Tensor {
  return apply(sumOp, [x], { axis });
}
