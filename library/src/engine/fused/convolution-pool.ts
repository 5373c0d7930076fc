/**
 * Convolution, bias, ReLU and max pooling in one walk over the pictures: what a convolutional network does again and
 * again. Apart, they write every output of the convolution, read it three times, and send a gradient back to each. But
 * pooling keeps one output in four, forgets the others, and drops a last row that has no partner. So here
 *
 *   - outputs that pooling drops are never computed, and of the others only the largest is ever written;
 *   - 3×3 filters of many channels are computed four outputs together (Winograd), which is just what pooling 2×2 compares;
 *   - backward, only outputs that were the largest and passed the ReLU have a gradient: these are listed and followed.
 *
 * `y[n, i, j, f] = max(0, max_window Σ_a Σ_b Σ_c x[…, c] · w[a, b, c, f] + b[f])`
 *
 * The order of ReLU and pooling makes no difference, for both keep the order of numbers. Where a window's largest number
 * is 0 or less, the separate operations may note another tap; its gradient is 0 all the same.
 *
 * @see [LeCun98] [Lavin16]
 */
import { SettingError, ShapeError, sizeOf } from "#base";
import type { Shape } from "#base";
import type { Windows } from "#kernels";
import type { Op } from "../op.ts";
import { liesSideBySide, windowsOf } from "../windows.ts";
import type { Pooling, Walk } from "../windows.ts";
import { isWinograd, winogradMemory } from "./ways.ts";

/** How the filter walks, how the pooling window does, and whether negative outputs become 0. */
export interface ConvolutionPooling {
  walk: Walk;
  pooling: Pooling;
  relu: boolean;
}

/** Parts of the batch whose gradients of the weights are summed apart, by as many threads as there are. */
const SLICES = 8;
/** A thread's scratch holds the picture under a pooling window and packed weights: so many numbers in all. */
const MOST_SEEN = 160_000;
/**
 * Of each output under a pooling window: the list of its filters' gradients with room for one more, and two entries' worth
 * of what is known of the list. So many entries of eight bytes, half of a thread's scratch, are there for all of them.
 */
const MOST_LISTED = 65_536;

/**
 * Inputs x [batch, height, width, channels], weight [filter height, filter width, channels, filters] and bias [filters]
 * → [batch, pooled height, pooled width, filters]. Pooling windows lie side by side: the stride is their size.
 */
export const convolutionPoolOp: Op<ConvolutionPooling> = {
  name: "convolutionPool",
  callsKernels: true,
  overwrites: true,
  startsGradients: true,
  shape([x, weight, bias], settings) {
    checkInputs(x.shape, weight.shape, bias.shape);
    checkPooling(neededWindows(x.shape, weight.shape, settings), weight.shape[3], settings);
    return pooledShape(x.shape, weight.shape, settings);
  },
  // under which tap each largest number stood
  saved: ([x, weight], settings) => [pooledShape(x.shape, weight.shape, settings)],
  memory: ([x, weight], settings) =>
    goesWinogradsWay(x.shape, weight.shape, settings) ? winogradMemory(weight.shape) : [],
  // sums per slice, and the weights filter by filter
  workspace([x, weight]) {
    const [height, width, channels, filters] = weight.shape;
    const slices = Math.min(SLICES, x.shape[0]);
    return [
      [slices, filters, height * width * channels],
      [slices, filters],
      [filters, height * width * channels],
    ];
  },
  forward(kernels, [x, weight, bias], y, settings, [taps], [u, seen]) {
    const windows = neededWindows(x.shape, weight.shape, settings);
    const filters = weight.shape[3];
    const { pooling, relu } = settings;
    if (goesWinogradsWay(x.shape, weight.shape, settings)) {
      kernels.winogradWeights(weight.data, seen.data, u.data, windows.channels, filters, false);
      kernels.winogradPool(x.data, u.data, bias.data, y.data, taps.data, windows, filters, relu);
    } else {
      const arrays = [x.data, weight.data, bias.data, y.data, taps.data] as const;
      kernels.convolutionPool(...arrays, windows, filters, pooling.size, relu);
    }
  },
  // With g = dy where the ReLU let the largest number through:
  //   dL/dw = x · g and dL/dx = w · g, at the one output that won; dL/db = g; each summed over all that it had a part in.
  backward(kernels, [x, weight], y, dy, [dx, dweight, dbias], settings, [taps], [weightSlices, biasSlices, turned]) {
    const windows = neededWindows(x.shape, weight.shape, settings);
    const filters = weight.shape[3];
    const perFilter = sizeOf(weight.shape) / filters;
    const { size } = settings.pooling;
    const { relu } = settings;
    if (dweight || dbias) {
      const slices = biasSlices.shape[0];
      const given = [x.data, y.data, taps.data, dy.data, weightSlices.data, biasSlices.data] as const;
      kernels.convolutionPoolBackwardWeight(...given, windows, filters, size, relu, slices);
      if (dweight) {
        kernels.sumSlices(weightSlices.data, dweight.data, slices, filters, perFilter, dweight.fresh === true);
      }
      if (dbias) kernels.sumSlices(biasSlices.data, dbias.data, slices, 1, filters, dbias.fresh === true);
    }
    if (dx) {
      kernels.permute(weight.data, turned.data, [1, 1, filters, perFilter], [0, 0, 1, filters]);
      const given = [turned.data, y.data, taps.data, dy.data, dx.data] as const;
      kernels.convolutionPoolBackwardInput(...given, windows, filters, size, relu, dx.fresh === true);
    }
  },
};

/**
 * Whether the op can stand in for a chain of convolution, bias, ReLU and pooling: the pooling windows lie side by side,
 * and what a thread needs at once has room.
 */
export function canPoolConvolution(x: Shape, weight: Shape, settings: ConvolutionPooling): boolean {
  return (
    liesSideBySide(settings.pooling) && hasRoom(neededWindows(x, weight, settings), weight[3], settings.pooling.size)
  );
}

/** The filter's walk, to the outputs that pooling needs: whole windows of them. */
function neededWindows(x: Shape, weight: Shape, { walk, pooling }: ConvolutionPooling): Windows {
  const windows = windowsOf("convolutionPool", x, [weight[0], weight[1]], walk);
  const [poolHeight, poolWidth] = pooling.size;
  const outHeight = Math.floor(windows.outHeight / poolHeight) * poolHeight;
  const outWidth = Math.floor(windows.outWidth / poolWidth) * poolWidth;
  return { ...windows, outHeight, outWidth };
}

function pooledShape(x: Shape, weight: Shape, settings: ConvolutionPooling): readonly number[] {
  const { batch, outHeight, outWidth } = neededWindows(x, weight, settings);
  const [poolHeight, poolWidth] = settings.pooling.size;
  return [batch, outHeight / poolHeight, outWidth / poolWidth, weight[3]];
}

/** Whether pooling compares just what Winograd's way computes together, and that way is the quicker one. */
function goesWinogradsWay(x: Shape, weight: Shape, settings: ConvolutionPooling): boolean {
  const { walk, pooling } = settings;
  return pooling.size.join() === "2,2" && isWinograd(weight, walk, neededWindows(x, weight, settings), true);
}

function hasRoom(windows: Windows, filters: number, [poolHeight, poolWidth]: Pooling["size"]): boolean {
  const { channels, windowHeight, windowWidth, strideY, strideX } = windows;
  const seenPixels = ((poolHeight - 1) * strideY + windowHeight) * ((poolWidth - 1) * strideX + windowWidth);
  const panel = 8 * windowHeight * windowWidth * channels;
  return seenPixels * channels + panel <= MOST_SEEN && poolHeight * poolWidth * (filters + 3) <= MOST_LISTED;
}

function checkInputs(x: Shape, weight: Shape, bias: Shape): void {
  const filters = weight.length === 4 && bias.length === 1 && weight[3] === bias[0];
  if (filters && x.length === 4 && x[3] === weight[2]) return;
  throw new ShapeError({
    op: "convolutionPool",
    problem: "pictures, filters and biases do not belong together",
    shapes: { x, weight, bias },
    want: "x [batch, height, width, channels], weight [height, width, channels, filters] and bias [filters]",
  });
}

function checkPooling(windows: Windows, filters: number, { pooling }: ConvolutionPooling): void {
  if (!liesSideBySide(pooling)) {
    throw new SettingError({
      op: "convolutionPool",
      problem: "the pooling windows do not lie side by side",
      setting: "pooling",
      value: pooling,
      want: "a stride of the window's own size, and no padding",
    });
  }
  if (windows.outHeight === 0 || windows.outWidth === 0) {
    throw new ShapeError({
      op: "convolutionPool",
      problem: "a pooling window is larger than the output of the convolution",
      shapes: { size: pooling.size },
      want: "at least one whole pooling window",
    });
  }
  if (!hasRoom(windows, filters, pooling.size)) {
    throw new SettingError({
      op: "convolutionPool",
      problem: "a pooling window sees too much of the picture",
      setting: "pooling",
      value: pooling,
      want: `at most ${MOST_SEEN} numbers under it and in eight filters, and window · (filters + 3) at most ${MOST_LISTED}`,
      fix: "use conv2d and maxPool2d",
    });
  }
}
