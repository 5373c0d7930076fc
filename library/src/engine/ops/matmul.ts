/**
 * The matrix product is where a network's weights meet its inputs, and where nearly all of its time goes.
 * Its two derivatives are matrix products again, with one side transposed: a backward pass costs twice a forward one.
 */
import { ShapeError } from "#base";
import type { Shape } from "#base";
import { apply } from "../apply.ts";
import { freshness } from "../op.ts";
import type { Op } from "../op.ts";
import type { Multipliable, Product } from "../static-shape.ts";
import type { Tensor } from "../tensor.ts";

/** Matrix product, `c = a·b`: [m, k] · [k, n] → [m, n]. */
export const matmulOp: Op = {
  name: "matmul",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape([a, b]) {
    const [m, k] = a.shape;
    const [rows, n] = b.shape;
    if (a.shape.length !== 2 || b.shape.length !== 2) {
      throw new ShapeError({
        op: "matmul",
        problem: "both must be matrices",
        shapes: { a: a.shape, b: b.shape },
        want: "two axes each: [m, k] and [k, n]",
        fix: "reshape first; a batch of images becomes a matrix by flatten",
      });
    }
    if (k !== rows) {
      throw new ShapeError({
        op: "matmul",
        problem: `the inner dimensions differ: ${k} and ${rows}`,
        shapes: { a: a.shape, b: b.shape },
        want: "a's columns = b's rows",
        fix: `is a layer missing between them? Dense(${k}, ${rows}) would make a [${m}, ${rows}]`,
      });
    }
    return [m, n];
  },
  forward(kernels, [a, b], c) {
    const [m, n] = c.shape;
    kernels.matmul(a.data, b.data, c.data, m, a.shape[1], n, 1);
  },
  // L depends on a only through c = a·b, so by the chain rule
  //   dL/da = dL/dc · bᵀ   [m, n] · [n, k] → [m, k]
  //   dL/db = aᵀ · dL/dc   [k, m] · [m, n] → [k, n]
  backward(kernels, [a, b], _c, dc, [da, db]) {
    const [m, n] = dc.shape;
    const inner = a.shape[1];
    if (da) kernels.matmulTransposeB(dc.data, b.data, da.data, m, n, inner, ...freshness(da));
    if (db) kernels.matmulTransposeA(a.data, dc.data, db.data, inner, m, n, ...freshness(db));
  },
};

/**
 * `c = a·b`. Where both shapes are known to the compiler, inner dimensions that differ do not compile.
 *
 * @throws {ShapeError} when a's columns are not b's rows
 */
export function matmul<A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Tensor<B> & Multipliable<A, B>,
): Tensor<Product<A, B>> {
  return apply(matmulOp, [a, b]);
}
