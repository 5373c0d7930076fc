import { sizeOf, stridesOf } from "#base";
import type { Shape } from "#base";
import { apply } from "../apply.ts";
import { aroundAxis } from "../axis.ts";
import { makeLoops } from "../loops.ts";
import type { Op, View } from "../op.ts";
import type { WithoutAxis } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

/** Sum along an axis, which disappears, or over everything: `y = Σ x`. */
export const sumOp: Op<{ axis: number | null }> = {
  name: "sum",
  shape: ([x], { axis }) => reducedShape("sum", x.shape, axis),
  forward(kernels, [x], y, { axis }) {
    kernels.sum(x.data, y.data, ...reducedLoops("sum", x.shape, axis));
  },
  // every x has a part of 1 in its sum, so it receives the sum's gradient as it is
  backward(kernels, [x], _y, dy, [dx], { axis }) {
    if (dx) spread(kernels, { dy, dx, shape: x.shape, axis, scale: 1 });
  },
};

/** The shape without the axis; [] when everything is reduced. */
export function reducedShape(op: string, shape: Shape, axis: number | null): Shape {
  if (axis === null) return [];
  aroundAxis(op, shape, axis);
  return shape.filter((_, index) => index !== axis);
}

/** [outer, size, inner] of a reduction along an axis, or over everything. */
export function reducedLoops(op: string, shape: Shape, axis: number | null): [number, number, number] {
  return axis === null ? [1, sizeOf(shape), 1] : aroundAxis(op, shape, axis);
}

/** dx += scale · dy, with dy repeated along the axis that the reduction removed. */
export function spread(
  kernels: Parameters<Op["forward"]>[0],
  { dy, dx, shape, axis, scale }: { dy: View; dx: View; shape: Shape; axis: number | null; scale: number },
): void {
  const [outer, size, inner] = reducedLoops("sum", shape, axis);
  const loops = makeLoops("sum", [outer, size, inner], [inner, 0, 1], stridesOf([outer, size, inner]));
  kernels.accumulate(dy.data, dx.data, scale, loops.shape, loops.strides[0], loops.strides[1]);
}

/** The sum of all elements, or along one axis, counted from 0, which disappears. */
export function sum(x: Tensor): Tensor<readonly []>;
export function sum<S extends Shape, const Axis extends number>(x: Tensor<S>, axis: Axis): Tensor<WithoutAxis<S, Axis>>;
export function sum(x: Tensor, axis: number | null = null): Tensor {
  return apply(sumOp, [x], { axis });
}
