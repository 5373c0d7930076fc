import type { Shape } from "#base";
import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import { reducedLoops, reducedShape } from "../reduction.ts";
import type { WithoutAxis } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

/** Largest number along an axis, which disappears, or over everything; it also notes where it stood. */
export const maximumOp: Op<{ axis: number | null }> = {
  name: "maximum",
  callsKernels: true,
  overwrites: true,
  shape: ([x], { axis }) => reducedShape("maximum", x.shape, axis),
  saved: ([x], { axis }) => [reducedShape("maximum", x.shape, axis)],
  forward(kernels, [x], y, { axis }, [places]) {
    kernels.maximum(x.data, y.data, places.data, ...reducedLoops("maximum", x.shape, axis));
  },
  // only the largest number moves the result: it receives the whole gradient, the first one among equals
  backward(kernels, [x], _y, dy, [dx], { axis }, [places]) {
    if (dx) kernels.maximumBackward(places.data, dy.data, dx.data, ...reducedLoops("maximum", x.shape, axis));
  },
};

/** The largest of all elements, or along one axis, counted from 0, which disappears. */
export function maximum(x: Tensor): Tensor<readonly []>;
export function maximum<S extends Shape, const Axis extends number>(
  x: Tensor<S>,
  axis: Axis,
): Tensor<WithoutAxis<S, Axis>>;
export function maximum(x: Tensor, axis: number | null = null): Tensor {
  return apply(maximumOp, [x], { axis });
}
