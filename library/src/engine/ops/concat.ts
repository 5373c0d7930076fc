/**
 * Arrays laid one behind the other along an axis. Each keeps its numbers, so each gets back the gradient of the stretch
 * that it became.
 */
import { SettingError, ShapeError, sizeOf } from "#base";
import type { Shape } from "#base";
import { apply } from "../apply.ts";
import { aroundAxis } from "../axis.ts";
import { makeLoops } from "../loops.ts";
import type { Op, View } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Inputs of one shape but for the axis; along it the output is as long as all of them together. */
export const concatOp: Op<{ axis: number }> = {
  name: "concat",
  callsKernels: true,
  shape(inputs, { axis }) {
    const [first] = inputs;
    aroundAxis("concat", first.shape, axis);
    const other = inputs.find(
      ({ shape }) =>
        shape.length !== first.shape.length ||
        shape.some((length, index) => index !== axis && length !== first.shape[index]),
    );
    if (other !== undefined) {
      throw new ShapeError({
        op: "concat",
        problem: `the shapes differ elsewhere than along axis ${axis}`,
        shapes: { first: first.shape, [`input ${inputs.indexOf(other)}`]: other.shape },
        want: "shapes that are alike but for the axis along which they are joined",
      });
    }
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis], 0);
    return first.shape.with(axis, total);
  },
  forward(kernels, inputs, y, { axis }) {
    for (const { input, begin, shape, strides } of stretches(inputs, y.shape, axis)) {
      kernels.place(input.data, y.data.subarray(begin), shape, strides[1]);
    }
  },
  // each number of y is one number of one input: its gradient goes back to where it came from
  backward(kernels, inputs, y, dy, dxs, { axis }) {
    for (const [index, { begin, shape, strides }] of stretches(inputs, y.shape, axis).entries()) {
      const dx = dxs[index];
      if (dx) kernels.accumulate(dy.data.subarray(begin), dx.data, 1, shape, strides[1], strides[0]);
    }
  },
};

/** Where each input begins in y, and the walk over it: its own strides and those in y. */
function stretches(inputs: readonly View[], shape: Shape, axis: number) {
  const inner = sizeOf(shape.slice(axis + 1));
  let place = 0;
  return inputs.map((input) => {
    const [outer, size] = aroundAxis("concat", input.shape, axis);
    const begin = place * inner;
    place += size;
    // a block of the input is one row: the axis and all within it
    return { input, begin, ...makeLoops("concat", [outer, size * inner], [size * inner, 1], [shape[axis] * inner, 1]) };
  });
}

/**
 * Tensors one behind the other along an axis, counted from 0: [2, 3] and [2, 5] along axis 1 → [2, 8].
 *
 * @param tensors at least two, of one shape but for the axis
 * @throws {ShapeError} when the shapes differ elsewhere, or there is no such axis
 * @throws {SettingError} when there are fewer than two tensors
 */
export function concat(tensors: readonly Tensor[], { axis }: { axis: number }): Tensor {
  if (tensors.length < 2) {
    throw new SettingError({
      op: "concat",
      problem: `there is nothing to join: ${tensors.length === 0 ? "no tensor" : "only one tensor"} was given`,
      setting: "tensors",
      value: tensors.map(({ shape }) => shape),
      want: "two tensors or more, as a list",
    });
  }
  return apply(concatOp, tensors, { axis });
}
