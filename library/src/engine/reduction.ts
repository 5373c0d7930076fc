/**
 * What reductions have in common: many numbers along an axis, or all of them, become one; backwards, the gradient of that
 * one is spread over the many.
 */
import { sizeOf, stridesOf } from "#base";
import type { Shape } from "#base";
import type { Kernels } from "#kernels";
import { aroundAxis } from "./axis.ts";
import { makeLoops } from "./loops.ts";
import type { View } from "./op.ts";

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
  op: string,
  kernels: Kernels,
  { dy, dx, shape, axis, scale }: { dy: View; dx: View; shape: Shape; axis: number | null; scale: number },
): void {
  const [outer, size, inner] = reducedLoops(op, shape, axis);
  const loops = makeLoops(op, [outer, size, inner], [inner, 0, 1], stridesOf([outer, size, inner]));
  kernels.accumulate(dy.data, dx.data, scale, loops.shape, loops.strides[0], loops.strides[1]);
}
