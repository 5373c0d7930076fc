import { SettingError, ShapeError, sizeOf } from "#base";
import { apply } from "../apply.ts";
import type { Values } from "../engine.ts";
import type { Op } from "../op.ts";
import { Tensor } from "../tensor.ts";

/** Rows by number, `y[i] = x[indices[i]]`: x [rows, …], indices [n] → [n, …]. */
export const gatherOp: Op = {
  name: "gather",
  callsKernels: true,
  overwrites: true,
  shape([x, indices]) {
    if (x.shape.length === 0 || indices.shape.length !== 1) {
      throw new ShapeError({
        op: "gather",
        problem: "rows are picked by a list of numbers",
        shapes: { x: x.shape, indices: indices.shape },
        want: "x [rows, …] and indices [n]",
      });
    }
    return [indices.shape[0], ...x.shape.slice(1)];
  },
  forward(kernels, [x, indices], y) {
    kernels.gather(x.data, indices.data, y.data, sizeOf(x.shape.slice(1)));
  },
  // a row that was picked twice receives two gradients; one that was not, none
  backward(kernels, [, indices], y, dy, [dx]) {
    if (dx) kernels.gatherBackward(indices.data, dy.data, dx.data, sizeOf(y.shape.slice(1)));
  },
};

/**
 * `y[i] = x[indices[i]]`.
 *
 * @throws {SettingError} when an index is not a row of x
 */
export function gather(x: Tensor, indices: Tensor | Values): Tensor {
  const tensor = indices instanceof Tensor ? indices : x.engine.tensor(indices, [indices.length]);
  gatherOp.shape([x, tensor], undefined);
  const rows = x.shape[0];
  const wrong = tensor.data.findIndex((index) => !(index >= 0 && index < rows && Number.isInteger(index)));
  if (wrong !== -1) {
    throw new SettingError({
      op: "gather",
      problem: `there is no row ${tensor.data[wrong]}`,
      setting: "indices",
      value: tensor.data[wrong],
      want: `whole numbers from 0 to ${rows - 1}`,
    });
  }
  return apply(gatherOp, [x, tensor]);
}
