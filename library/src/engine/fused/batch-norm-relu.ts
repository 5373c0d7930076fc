/**
 * Batch normalisation in training with the ReLU behind it, and the max pooling behind that if there is one, in one pass
 * over the normalised numbers, which are never written:
 *
 * `y = maxPool(max(γ·x̂ + β, 0))`, where `x̂ = (x − μ) / √(σ² + ε)`
 *
 * Backward, g = dy where y > 0 and 0 elsewhere. A max pooling hands g to the largest number under each window, and to that
 * alone: so of the sums that a batch norm needs, `dβ = Σ g` and `dγ = Σ g·x̂`, only the windows' largest numbers have a part,
 * and the gradient behind the normalisation is never written either:
 *
 *   dL/dx = γ / √(σ² + ε) · (g − Σg/N − x̂·Σ(g·x̂)/N)       g = 0 for all but the largest under a window
 *
 * @see [Ioffe15]
 */
import { SettingError } from "#base";
import type { Shape } from "#base";
import { lastAxis } from "../axis.ts";
import { freshness } from "../op.ts";
import type { Op, View } from "../op.ts";
import { batchNormOp } from "../ops/batch-norm.ts";
import { maxPool2dOp } from "../ops/max-pool2d.ts";
import { liesSideBySide, poolingWindows } from "../windows.ts";
import type { Pooling } from "../windows.ts";

/** What a thread has room for when windows are pooled. */
const MOST_CHANNELS = 4096;

/**
 * Inputs x [..., channels], scale [channels], shift [channels]; saves the batch's mean and variance, [channels] each, and
 * with a pooling the taps, in the shape of y. Windows must neither overlap nor be padded.
 */
export const batchNormReluOp: Op<{ epsilon: number; pooling: Pooling | null }> = {
  name: "batchNormRelu",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape(inputs, { epsilon, pooling }) {
    const shape = batchNormOp.shape(inputs, { epsilon });
    if (pooling === null) return shape;
    if (!liesSideBySide(pooling)) {
      throw new SettingError({
        op: "batchNormRelu",
        problem: "the windows overlap, leave gaps or are padded",
        setting: "pooling",
        value: pooling,
        want: "a stride of the window's own size and no padding",
      });
    }
    if (inputs[1].shape[0] > MOST_CHANNELS) {
      throw new SettingError({
        op: "batchNormRelu",
        problem: "so many channels cannot be pooled here",
        setting: "channels",
        value: inputs[1].shape[0],
        want: `at most ${MOST_CHANNELS} with a pooling`,
      });
    }
    return maxPool2dOp.shape(inputs, pooling);
  },
  saved: ([x, scale], { pooling }) => [
    scale.shape,
    scale.shape,
    ...(pooling === null ? [] : [maxPool2dOp.shape([x], pooling)]),
  ],
  forward(kernels, [x, scale, shift], y, { epsilon, pooling }, [mean, variance, taps]) {
    const [rows, channels] = lastAxis(x.shape);
    const given = [x.data, scale.data, shift.data, y.data] as const;
    if (pooling === null) {
      kernels.batchNormRelu(...given, mean.data, variance.data, rows, channels, epsilon);
    } else {
      kernels.batchNormReluPool(...given, taps.data, mean.data, variance.data, windows(x, pooling), epsilon);
    }
  },
  backward(kernels, [x, scale], y, dy, [dx, dscale, dshift], { epsilon, pooling }, [mean, variance, taps]) {
    const [rows, channels] = lastAxis(x.shape);
    const given = [x.data, scale.data, mean.data, variance.data, y.data] as const;
    const gradients = [dx?.data ?? null, dscale?.data ?? null, dshift?.data ?? null] as const;
    const fresh = freshness(dx, dscale, dshift);
    if (pooling === null) {
      kernels.batchNormReluBackward(...given, dy.data, ...gradients, rows, channels, epsilon, ...fresh);
    } else {
      const seen = windows(x, pooling);
      kernels.batchNormReluPoolBackward(...given, taps.data, dy.data, ...gradients, seen, epsilon, ...fresh);
    }
  },
};

function windows(x: View, pooling: Pooling) {
  return poolingWindows("batchNormRelu", x.shape, pooling);
}

/** Whether a batch norm of pictures can be pooled here: windows lie side by side, and channels have room. */
export function canPoolBatchNorm(x: Shape, pooling: Pooling): boolean {
  return x.length === 4 && x[3] <= MOST_CHANNELS && liesSideBySide(pooling);
}
