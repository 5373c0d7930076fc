/**
 * A dense layer, and the ReLU behind it, on lists of what is not 0 in its input: `y = act(x·W + b)`.
 *
 * A written digit is four fifths background. Whoever knows where the ink is need not multiply the rest: x comes as
 * three arrays, made by the kernels `packPixels` or `packNonZeros`. They are constants; nothing asks for their gradient.
 *
 * Shapes: positions and values [batch, inFeatures]; counts [batch]; weight [inFeatures, outFeatures];
 * bias [outFeatures], which may be missing → y [batch, outFeatures]
 */
import { ShapeError } from "#base";
import { freshness } from "../op.ts";
import type { Op } from "../op.ts";

export const sparseDenseOp: Op<{ relu: boolean }> = {
  name: "sparseDense",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape([positions, values, counts, weight, bias]) {
    const [rows, columns] = positions.shape;
    const [inFeatures, units] = weight.shape;
    const listed = values.shape[0] === rows && values.shape[1] === columns && counts.shape[0] === rows;
    if (!listed || columns !== inFeatures || (bias && bias.shape[0] !== units)) {
      throw new ShapeError({
        op: "sparseDense",
        problem: "lists, weight and bias do not belong together",
        shapes: {
          positions: positions.shape,
          values: values.shape,
          counts: counts.shape,
          weight: weight.shape,
          ...(bias && { bias: bias.shape }),
        },
        want: "positions and values [batch, in], counts [batch], weight [in, out], bias [out]",
      });
    }
    return [rows, units];
  },
  forward(kernels, [positions, values, counts, weight, bias], y, { relu }) {
    const [rows, units] = y.shape;
    const [columns] = weight.shape;
    const lists = [positions.data, values.data, counts.data] as const;
    kernels.sparseDense(...lists, weight.data, bias?.data ?? null, y.data, rows, columns, units, relu);
  },
  // With z = x·W + b and dz = dy where y > 0 (behind a ReLU), else dz = dy:
  //   dL/dW = xᵀ · dz   [in, batch] · [batch, out] → [in, out]
  //   dL/db = Σ over the batch of dz
  backward(kernels, [positions, values, counts], y, dy, [, , , dweight, dbias], { relu }) {
    const [rows, units] = y.shape;
    // masks dy where it lies, and sums its columns along the way
    const bias = dbias?.data ?? null;
    if (relu || bias) kernels.biasReluBackward(y.data, dy.data, bias, rows, units, Number(relu), ...freshness(dbias));
    if (dweight) {
      const lists = [positions.data, values.data, counts.data] as const;
      const fresh = dweight.fresh === true;
      kernels.sparseDenseBackwardWeight(...lists, dy.data, dweight.data, rows, dweight.shape[0], units, fresh);
    }
  },
};
