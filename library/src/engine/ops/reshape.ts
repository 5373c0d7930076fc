import { checkShape, ShapeError, sizeOf, stridesOf } from "#base";
import type { Shape } from "#base";
import { apply } from "../apply.ts";
import { makeLoops } from "../loops.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** The same numbers in the same order, seen in another shape. Nothing moves. */
export const reshapeOp: Op<{ shape: Shape }> = {
  name: "reshape",
  callsKernels: true,
  alias: true,
  shape([x], { shape }) {
    checkShape("reshape", shape);
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new ShapeError({
        op: "reshape",
        problem: `${sizeOf(x.shape)} numbers cannot be seen as ${sizeOf(shape)}`,
        shapes: { x: x.shape, shape },
        want: "the same number of elements",
      });
    }
    return shape;
  },
  forward() {
    // y is x
  },
  // y = x, so dy/dx = 1
  backward(kernels, _x, y, dy, [dx]) {
    if (!dx) return;
    const walk = stridesOf(y.shape);
    const loops = makeLoops("reshape", y.shape, walk, walk);
    kernels.accumulate(dy.data, dx.data, 1, loops.shape, loops.strides[0], loops.strides[1]);
  },
};

/** x in another shape of as many elements. @throws {ShapeError} when the counts differ */
export function reshape<const S extends Shape>(x: Tensor, shape: S): Tensor<S> {
  return apply(reshapeOp, [x], { shape });
}
