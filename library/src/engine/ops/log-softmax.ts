import { apply } from "../apply.ts";
import { lastAxis } from "../axis.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Logarithm of softmax along the last axis, `yᵢ = xᵢ − ln Σⱼ e^xⱼ`, without the underflow of taking them one after the other. */
export const logSoftmaxOp: Op = {
  name: "logSoftmax",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y) {
    kernels.logSoftmax(x.data, y.data, ...lastAxis(x.shape));
  },
  // dyᵢ/dxⱼ = δᵢⱼ − softmaxⱼ, so  dL/dxⱼ = dL/dyⱼ − e^yⱼ·Σᵢ dL/dyᵢ
  backward(kernels, _x, y, dy, [dx]) {
    if (dx) kernels.logSoftmaxBackward(y.data, dy.data, dx.data, ...lastAxis(y.shape));
  },
};

/** `yᵢ = xᵢ − ln Σⱼ e^xⱼ` along the last axis. */
export function logSoftmax<S extends readonly number[]>(logits: Tensor<S>): Tensor<S> {
  return apply(logSoftmaxOp, [logits]);
}
