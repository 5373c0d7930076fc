import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Hyperbolic tangent, `y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)`, from −1 to 1. Any shape; keeps it. */
export const tanhOp: Op = {
  name: "tanh",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.tanh(x.data, y.data);
  },
  // dy/dx = 1 − y²
  backward(kernels, _x, y, dy, [dx]) {
    if (dx) kernels.tanhBackward(y.data, dy.data, dx.data);
  },
};

/** Hyperbolic tangent, `y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)`, from −1 to 1. Any shape; keeps it. */
export function tanh<S extends readonly number[]>(x: Tensor<S>): Tensor<S> {
  return apply(tanhOp, [x]);
}
