/** stub */
import type { Op } from "../op.ts";
export const denseOp: Op<{ relu: boolean }> = {
  name: "dense",
  startsGradients: true,
  shape: ([x, w]) => [x.shape[0], w.shape[1]],
  forward(kernels, [x, w, b], y, { relu }) {
    const [m, n] = y.shape;
    kernels.matmul(x.data, w.data, y.data, m, x.shape[1], n);
    kernels.add(y.data, b.data, y.data, [1, 1, m, n], [0, 0, n, 1], [0, 0, 0, 1]);
    if (relu) kernels.relu(y.data, y.data);
  },
  backward(kernels, [x, w], y, dy, [dx, dw, db], { relu }) {
    const [m, n] = y.shape;
    const k = x.shape[1];
    if (relu) kernels.maskGradient(y.data, dy.data);
    for (const d of [dx, dw, db]) if (d?.fresh) kernels.fill(d.data, 0);
    if (dx) kernels.matmulTransposeB(dy.data, w.data, dx.data, m, n, k);
    if (dw) kernels.matmulTransposeA(x.data, dy.data, dw.data, k, m, n);
    if (db) kernels.accumulate(dy.data, db.data, 1, [1, 1, m, n], [0, 0, n, 1], [0, 0, 0, 1]);
  },
};
