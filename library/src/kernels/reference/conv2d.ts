/**
 * Convolution: one small filter looks at every place of a picture. Each output pixel is a weighted sum of the input
 * pixels under the window, with the same weights everywhere:
 *
 *   y[pixel, f] = Σ_tap Σ_c x[pixel under tap, c] · w[tap, c, f]
 *
 * x [pixels, channels], w [taps, channels, filters], y [output pixels, filters]. The window is not turned around, so that
 * this is, strictly speaking, a cross-correlation; the whole field calls it convolution.
 *
 * All three passes walk over the same meetings of an output pixel with an input pixel; every product is added to the
 * result, which begins with 0 if it is `fresh` (1) and with what it holds if it is not (0).
 *
 * @see [LeCun98]
 */
import type { Floats } from "../floats.ts";
import { walkWindows } from "../windows.ts";
import type { Windows } from "../windows.ts";

/** y += the weighted sums. */
export function conv2d(x: Floats, weight: Floats, y: Floats, windows: Windows, filters: number, fresh: number): void {
  const { channels } = windows;
  if (fresh) y.fill(0);
  walkWindows(windows, (outPixel, tap, inPixel) => {
    for (let c = 0; c < channels; c++)
      for (let f = 0; f < filters; f++) {
        y[outPixel * filters + f] += x[inPixel * channels + c] * weight[(tap * channels + c) * filters + f];
      }
  });
}

/** y = the weighted sums + bias[f], and with `relu` (1) nothing below 0. */
export function conv2dBias(
  x: Floats,
  weight: Floats,
  bias: Floats,
  y: Floats,
  windows: Windows,
  filters: number,
  relu: number,
): void {
  conv2d(x, weight, y, windows, filters, 1);
  for (let i = 0; i < y.length; i++) y[i] += bias[i % filters];
  if (relu) for (let i = 0; i < y.length; i++) y[i] = Math.max(y[i], 0);
}

/** dx[pixel under tap, c] += Σ_f w[tap, c, f]·dy[pixel, f]: each input is blamed by every output that it had a part in. */
export function conv2dBackwardInput(
  weight: Floats,
  dy: Floats,
  dx: Floats,
  windows: Windows,
  filters: number,
  fresh: number,
): void {
  const { channels } = windows;
  if (fresh) dx.fill(0);
  walkWindows(windows, (outPixel, tap, inPixel) => {
    for (let c = 0; c < channels; c++)
      for (let f = 0; f < filters; f++) {
        dx[inPixel * channels + c] += weight[(tap * channels + c) * filters + f] * dy[outPixel * filters + f];
      }
  });
}

/** dw[tap, c, f] += Σ_pixels x[pixel under tap, c]·dy[pixel, f]: a weight is blamed at every place where it was used. */
export function conv2dBackwardWeight(
  x: Floats,
  dy: Floats,
  dweight: Floats,
  windows: Windows,
  filters: number,
  fresh: number,
): void {
  const { channels } = windows;
  if (fresh) dweight.fill(0);
  walkWindows(windows, (outPixel, tap, inPixel) => {
    for (let c = 0; c < channels; c++)
      for (let f = 0; f < filters; f++) {
        dweight[(tap * channels + c) * filters + f] += x[inPixel * channels + c] * dy[outPixel * filters + f];
      }
  });
}
