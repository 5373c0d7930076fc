import { ShapeError, stridesOf } from "#base";
import { apply } from "../apply.ts";
import { makeLoops } from "../loops.ts";
import type { Op, View } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Axes in another order: axis i of y is axis `axes[i]` of x. The gradient goes home by the opposite order. */
export const transposeOp: Op<{ axes: readonly number[] }> = {
  name: "transpose",
  callsKernels: true,
  overwrites: true,
  shape([x], { axes }) {
    const sorted = axes.toSorted((a, b) => a - b);
    if (axes.length !== x.shape.length || sorted.some((axis, index) => axis !== index)) {
      throw new ShapeError({
        op: "transpose",
        problem: `[${axes.join(", ")}] is not an order of the axes`,
        shapes: { x: x.shape },
        want: `each of 0 to ${x.shape.length - 1} once`,
      });
    }
    return axes.map((axis) => x.shape[axis]);
  },
  forward(kernels, [x], y, { axes }) {
    const { shape, strides } = makeLoops("transpose", y.shape, stridesOf(y.shape), inOrder(x, axes));
    kernels.permute(x.data, y.data, shape, strides[1]);
  },
  // each number of y is one number of x: its gradient goes back to where it came from
  backward(kernels, [x], y, dy, [dx], { axes }) {
    if (!dx) return;
    const { shape, strides } = makeLoops("transpose", y.shape, stridesOf(y.shape), inOrder(x, axes));
    kernels.accumulate(dy.data, dx.data, 1, shape, strides[0], strides[1]);
  },
};

function inOrder(x: View, axes: readonly number[]): number[] {
  const strides = stridesOf(x.shape);
  return axes.map((axis) => strides[axis]);
}

/** The transposed matrix, [m, n] → [n, m]. */
export function transpose<M extends number, N extends number>(x: Tensor<readonly [M, N]>): Tensor<readonly [N, M]>;
/** Axes in another order: axis i of the result is axis `axes[i]` of x; without `axes` their order is reversed. */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor;
export function transpose(x: Tensor, axes: readonly number[] = x.shape.map((_, axis) => axis).toReversed()): Tensor {
  return apply(transposeOp, [x], { axes });
}
