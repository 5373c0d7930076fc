/**
 * Which way a convolution is computed: a question of shapes alone, answered by what was measured beforehand. Nothing is
 * timed while a network runs, so its bits depend on nothing but its shapes.
 *
 *   directly      every output by itself: any filter, any step
 *   Winograd      2×2 outputs together: 3×3 filters that go step by step, over channels in fours to filters in eights
 *
 * @see kernels/reference/winograd.ts [Lavin16]
 */
import type { Shape } from "#base";
import type { Windows } from "#kernels";
import type { Walk } from "../windows.ts";

/** A thread's scratch has room for so many channels of a block of tiles. */
const MOST_CHANNELS = 512;

/** Filters of the columns, channels of the rows: what lies between counts as what is below. */
const FILTERS = [8, 16, 32, 64, 128];
const CHANNELS = [4, 8, 12, 16, 32, 64, 128];

/**
 * How many times as long the direct way took as Winograd's, on pictures of 14×14 with a border of zeros, on one thread, the
 * weights' way into their other form with it: `npm run bench -- convolution` prints such tables. With pooling the direct
 * way writes a quarter of the outputs as well, so both differ. (Node 24.21, relaxed-simd with fused multiplication, an
 * AMD EPYC, 23 November 2026; plain simd gains as much or more.)
 */
const PLAIN = [
  [0.68, 0.76, 0.81, 0.77, 0.76],
  [0.98, 1.12, 1.18, 1.28, 1.18],
  [1.16, 1.33, 1.44, 1.48, 1.45],
  [1.25, 1.42, 1.53, 1.48, 1.45],
  [1.4, 1.66, 1.62, 1.7, 1.79],
  [1.33, 1.58, 1.75, 1.88, 2.02],
  [0.92, 1.17, 1.42, 1.64, 1.95],
];
const POOLED = [
  [1.01, 1.08, 1.14, 1.16, 1.21],
  [1.21, 1.37, 1.46, 1.59, 1.57],
  [1.35, 1.53, 1.65, 1.78, 1.99],
  [1.43, 1.61, 1.8, 1.83, 2.0],
  [1.52, 1.85, 1.94, 2.07, 1.86],
  [1.27, 1.65, 1.83, 2.04, 2.12],
  [0.78, 1.17, 1.45, 1.72, 2.02],
];
/** Less is not worth other last bits. */
const LEAST_GAIN = 1.1;

/** Whether a convolution goes Winograd's way, with or without 2×2 max pooling behind it. */
export function isWinograd(weight: Shape, walk: Walk, windows: Windows, pooled: boolean): boolean {
  const [height, width, channels, filters] = weight;
  if (height !== 3 || width !== 3 || walk.stride.join() !== "1,1" || Math.max(...walk.padding) > 2) return false;
  return fits(channels, filters) && gain(pooled ? POOLED : PLAIN, channels, filters, windows) >= LEAST_GAIN;
}

/** Whether its walk back does, from gradients of outputs to those of inputs: from filters to channels. */
export function isWinogradBackwards(weight: Shape, walk: Walk, windows: Windows): boolean {
  const [height, width, channels, filters] = weight;
  return isWinograd([height, width, filters, channels], walk, windowsBack(windows, filters), false);
}

/** The walk back of 3×3 filters that go step by step: over outputs, to inputs. */
export function windowsBack(windows: Windows, filters: number): Windows {
  const { height, width, outHeight, outWidth, top, left } = windows;
  const turned = { height: outHeight, width: outWidth, channels: filters, outHeight: height, outWidth: width };
  return { ...windows, ...turned, top: 2 - top, left: 2 - left };
}

/** The weights in the form that Winograd's way needs, and what they were when they were brought into it. */
export function winogradMemory([height, width, channels, filters]: Shape): Shape[] {
  return [
    [4, 4, channels, filters],
    [height, width, channels, filters],
  ];
}

function fits(channels: number, filters: number): boolean {
  return channels % 4 === 0 && channels <= MOST_CHANNELS && filters % 8 === 0;
}

/** Tiles at the edge of an odd picture are computed whole, and used in part. */
function gain(table: readonly number[][], channels: number, filters: number, { outHeight, outWidth }: Windows): number {
  const used = (outHeight * outWidth) / (4 * Math.ceil(outHeight / 2) * Math.ceil(outWidth / 2));
  const row = CHANNELS.findLastIndex((each) => each <= channels);
  const column = FILTERS.findLastIndex((each) => each <= filters);
  return table[row][column] * used;
}
