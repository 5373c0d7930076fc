import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Gaussian error linear unit, `y = x·Φ(x)`: each number is multiplied by the share of a standard normal distribution that
 * lies below it. The exact form, `Φ(x) = ½·(1 + erf(x/√2))`, not the one by tanh. Any shape; keeps it. @see [Hendrycks16]
 */
export const geluOp: Op = {
  name: "gelu",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.gelu(x.data, y.data);
  },
  // Φ' is the bell curve φ(x) = e^(−x²/2) / √(2π), so  dy/dx = Φ(x) + x·φ(x)
  backward(kernels, [x], _y, dy, [dx]) {
    if (dx) kernels.geluBackward(x.data, dy.data, dx.data);
  },
};

/** Gaussian error linear unit, `y = x·Φ(x)`. Any shape; keeps it. @see [Hendrycks16] */
export function gelu<S extends readonly number[]>(x: Tensor<S>): Tensor<S> {
  return apply(geluOp, [x]);
}
