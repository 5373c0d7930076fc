/**
 * Batch normalization with a ReLU and a max pooling behind it, whose windows neither overlap nor are padded. It does not
 * matter which of the two comes first: the largest of several numbers, or 0.
 */
import type { Floats } from "../floats.ts";
import type { Windows } from "../windows.ts";
import { batchNorm, batchNormBackward } from "./batch-norm.ts";
import { maxPool2d, maxPool2dBackward } from "./max-pool2d.ts";

/** y = maxPool(max(scale·x̂ + shift, 0)), x as pictures [batch, height, width, channels] */
export function batchNormReluPool(
  x: Floats,
  scale: Floats,
  shift: Floats,
  y: Floats,
  taps: Floats,
  mean: Floats,
  variance: Floats,
  windows: Windows,
  epsilon: number,
): void {
  const { channels } = windows;
  const normalized = x.slice();
  batchNorm(x, scale, shift, normalized, mean, variance, x.length / channels, channels, epsilon);
  maxPool2d(normalized, y, taps, windows);
  for (let i = 0; i < y.length; i++) y[i] = Math.max(y[i], 0);
}

/** What stood at the noted tap receives the gradient, if the ReLU let it through; all others receive 0. */
export function batchNormReluPoolBackward(
  x: Floats,
  scale: Floats,
  mean: Floats,
  variance: Floats,
  y: Floats,
  taps: Floats,
  dy: Floats,
  dx: Floats | null,
  dscale: Floats | null,
  dshift: Floats | null,
  windows: Windows,
  epsilon: number,
  ...fresh: [input: number, scale: number, shift: number]
): void {
  const { channels } = windows;
  const passed = dy.map((value, i) => (y[i] > 0 ? value : 0));
  const spread = x.slice();
  maxPool2dBackward(taps, passed, spread, windows, 1);
  const rows = x.length / channels;
  batchNormBackward(x, scale, mean, variance, spread, dx, dscale, dshift, rows, channels, epsilon, ...fresh);
}
