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
 * result.
 *
 * @see [LeCun98]
 */
import type { Floats } from "../floats.ts";
import { walkWindows } from "../windows.ts";
import type { Windows } from "../windows.ts";

/** y += the weighted sums. */
export function conv2d(x: Floats, weight: Floats, y: Floats, windows: Windows, filters: number): void {
  const { channels } = windows;
  walkWindows(windows, (outPixel, tap, inPixel) => {
    for (let c = 0; c < channels; c++)
      for (let f = 0; f < filters; f++) {
        y[outPixel * filters + f] += x[inPixel * channels + c] * weight[(tap * channels + c) * filters + f];
      }
  });
}

/** dx[pixel under tap, c] += Σ_f w[tap, c, f]·dy[pixel, f]: each input is blamed by every output that it had a part in. */
export function conv2dBackwardInput(weight: Floats, dy: Floats, dx: Floats, windows: Windows, filters: number): void {
  const { channels } = windows;
  walkWindows(windows, (outPixel, tap, inPixel) => {
    for (let c = 0; c < channels; c++)
      for (let f = 0; f < filters; f++) {
        dx[inPixel * channels + c] += weight[(tap * channels + c) * filters + f] * dy[outPixel * filters + f];
      }
  });
}

/** dw[tap, c, f] += Σ_pixels x[pixel under tap, c]·dy[pixel, f]: a weight is blamed at every place where it was used. */
export function conv2dBackwardWeight(x: Floats, dy: Floats, dweight: Floats, windows: Windows, filters: number): void {
  const { channels } = windows;
  walkWindows(windows, (outPixel, tap, inPixel) => {
    for (let c = 0; c < channels; c++)
      for (let f = 0; f < filters; f++) {
        dweight[(tap * channels + c) * filters + f] += x[inPixel * channels + c] * dy[outPixel * filters + f];
      }
  });
}
