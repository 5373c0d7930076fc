import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Logistic sigmoid, `y = 1 / (1 + e⁻ˣ)`, from 0 to 1. Any shape; keeps it. */
export const sigmoidOp: Op = {
  name: "sigmoid",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.sigmoid(x.data, y.data);
  },
  // dy/dx = e⁻ˣ / (1 + e⁻ˣ)² = y·(1 − y)
  backward(kernels, _x, y, dy, [dx]) {
    if (dx) kernels.sigmoidBackward(y.data, dy.data, dx.data);
  },
};

/** Logistic sigmoid, `y = 1 / (1 + e⁻ˣ)`, from 0 to 1. Any shape; keeps it. */
export function sigmoid<S extends readonly number[]>(x: Tensor<S>): Tensor<S> {
  return apply(sigmoidOp, [x]);
}
