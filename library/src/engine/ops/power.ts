import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Power with a constant exponent, `y = xᵖ`. A negative x asks for a whole p, else y is NaN. Any shape; keeps it. */
export const powerOp: Op<{ exponent: number }> = {
  name: "power",
  callsKernels: true,
  overwrites: true,
  shape: ([x]) => x.shape,
  forward(kernels, [x], y, { exponent }) {
    kernels.power(x.data, y.data, exponent);
  },
  // dy/dx = p·xᵖ⁻¹
  backward(kernels, [x], _y, dy, [dx], { exponent }) {
    if (dx) kernels.powerBackward(x.data, dy.data, dx.data, exponent);
  },
};

/** `y = xᵖ`, element by element. */
export function power<S extends readonly number[]>(x: Tensor<S>, exponent: number): Tensor<S> {
  return apply(powerOp, [x], { exponent });
}
