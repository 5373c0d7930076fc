import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import { reducedLoops, reducedShape } from "../reduction.ts";
import type { Tensor } from "../tensor.ts";

/** Where the largest number stands along an axis, counted from 0; the first one among equals. */
export const argmaxOp: Op<{ axis: number }> = {
  name: "argmax",
  callsKernels: true,
  overwrites: true,
  shape: ([x], { axis }) => reducedShape("argmax", x.shape, axis),
  forward(kernels, [x], y, { axis }) {
    kernels.argmax(x.data, y.data, ...reducedLoops("argmax", x.shape, axis));
  },
  backward() {
    // a place moves in jumps: between them nothing changes, and the derivative is 0
  },
};

/** Predictions from logits: the place of the largest number along `axis` (default: the last). */
export function argmax(x: Tensor, axis = x.shape.length - 1): Tensor {
  return apply(argmaxOp, [x], { axis });
}
