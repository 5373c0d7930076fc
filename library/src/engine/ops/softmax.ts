import { apply } from "../apply.ts";
import { lastAxis } from "../axis.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Softmax along the last axis, `yᵢ = e^xᵢ / Σⱼ e^xⱼ`: positive numbers that add up to 1. @see [Bridle90] */
export const softmaxOp: Op = {
  name: "softmax",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.softmax(x.data, y.data, ...lastAxis(x.shape));
  },
  // dyᵢ/dxⱼ = yᵢ·(δᵢⱼ − yⱼ), so  dL/dxⱼ = yⱼ·(dL/dyⱼ − Σᵢ dL/dyᵢ·yᵢ)
  backward(kernels, _x, y, dy, [dx]) {
    if (dx) kernels.softmaxBackward(y.data, dy.data, dx.data, ...lastAxis(y.shape));
  },
};

/** Probabilities from logits: `yᵢ = e^xᵢ / Σⱼ e^xⱼ` along the last axis. */
export function softmax<S extends readonly number[]>(logits: Tensor<S>): Tensor<S> {
  return apply(softmaxOp, [logits]);
}
