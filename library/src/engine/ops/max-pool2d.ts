import { apply } from "../apply.ts";
import { freshness } from "../op.ts";
import type { Op, View } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { bothOf, poolingWindows, sidesOf } from "../windows.ts";
import type { LooseWalk, Pooling, Stride } from "../windows.ts";

/**
 * The largest number under each window, channel by channel: [batch, height, width, channels] →
 * [batch, out height, out width, channels]. It also notes under which tap it stood. @see [Ranzato07]
 */
export const maxPool2dOp: Op<Pooling> = {
  name: "maxPool2d",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape: pooledShape,
  saved: (inputs, pooling) => [pooledShape(inputs, pooling)],
  forward(kernels, [x], y, pooling, [taps]) {
    kernels.maxPool2d(x.data, y.data, taps.data, poolingWindows("maxPool2d", x.shape, pooling));
  },
  // only the largest number moves the result: it receives the whole gradient, the first one among equals
  backward(kernels, [x], _y, dy, [dx], pooling, [taps]) {
    const windows = poolingWindows("maxPool2d", x.shape, pooling);
    if (dx) kernels.maxPool2dBackward(taps.data, dy.data, dx.data, windows, ...freshness(dx));
  },
};

function pooledShape([x]: readonly View[], pooling: Pooling): readonly number[] {
  const { batch, outHeight, outWidth, channels } = poolingWindows("maxPool2d", x.shape, pooling);
  return [batch, outHeight, outWidth, channels];
}

/**
 * Max pooling. Padding never wins.
 *
 * Shapes: x [batch, height, width, channels] → [batch, out height, out width, channels]
 *
 * @param pooling.size    of the window, or [height, width]
 * @param pooling.stride  steps to the next place, or [down, to the right]; default the window's own size
 * @param pooling.padding on every side, or [above, below, left, right]; default none
 * @throws {ShapeError} when x is no batch of pictures, or the window is larger than they are
 * @throws {SettingError} when a number is out of its range, or a window could see nothing but padding
 */
export function maxPool2d(
  x: Tensor,
  { size, stride = size, padding }: LooseWalk & { size: number | Stride },
): Tensor<readonly [number, number, number, number]> {
  return apply(maxPool2dOp, [x], { size: bothOf(size), stride: bothOf(stride), padding: sidesOf(padding) });
}
