import { apply } from "../apply.ts";
import type { Op } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { bothOf, poolingWindows, sidesOf } from "../windows.ts";
import type { LooseWalk, Pooling, Stride } from "../windows.ts";

/**
 * The mean of the numbers under each window, channel by channel: [batch, height, width, channels] →
 * [batch, out height, out width, channels]. Padding does not count. @see [LeCun98]
 */
export const averagePool2dOp: Op<Pooling> = {
  name: "averagePool2d",
  callsKernels: true,
  overwrites: true,
  shape([x], pooling) {
    const { batch, outHeight, outWidth, channels } = poolingWindows("averagePool2d", x.shape, pooling);
    return [batch, outHeight, outWidth, channels];
  },
  forward(kernels, [x], y, pooling) {
    kernels.averagePool2d(x.data, y.data, poolingWindows("averagePool2d", x.shape, pooling));
  },
  // y = Σ x / n, so each of the n numbers receives dy / n
  backward(kernels, [x], _y, dy, [dx], pooling) {
    if (dx) kernels.averagePool2dBackward(dy.data, dx.data, poolingWindows("averagePool2d", x.shape, pooling));
  },
};

/**
 * Average pooling, over the numbers that are there: padding is nothing, not zero.
 *
 * Shapes: x [batch, height, width, channels] → [batch, out height, out width, channels]
 *
 * @param pooling.size    of the window, or [height, width]
 * @param pooling.stride  steps to the next place, or [down, to the right]; default the window's own size
 * @param pooling.padding on every side, or [above, below, left, right]; default none
 * @throws {ShapeError} when x is no batch of pictures, or the window is larger than they are
 * @throws {SettingError} when a number is out of its range, or a window could see nothing but padding
 */
export function averagePool2d(
  x: Tensor,
  { size, stride = size, padding }: LooseWalk & { size: number | Stride },
): Tensor<readonly [number, number, number, number]> {
  return apply(averagePool2dOp, [x], { size: bothOf(size), stride: bothOf(stride), padding: sidesOf(padding) });
}
