/**
 * Average pooling: the mean of the numbers under a window, channel by channel. Padding is nothing, not zero: at the edge
 * the mean is taken over the fewer numbers that are there.
 */
import type { Floats } from "../floats.ts";
import { walkWindows } from "../windows.ts";
import type { Windows } from "../windows.ts";

/** y = Σ x / count */
export function averagePool2d(x: Floats, y: Floats, windows: Windows): void {
  const { channels } = windows;
  const counts = countTaps(windows);
  y.fill(0);
  walkWindows(windows, (outPixel, _tap, inPixel) => {
    for (let c = 0; c < channels; c++) y[outPixel * channels + c] += x[inPixel * channels + c];
  });
  for (let at = 0; at < y.length; at++) y[at] /= counts[Math.floor(at / channels)];
}

/** dx += dy / count, for each number under the window */
export function averagePool2dBackward(dy: Floats, dx: Floats, windows: Windows): void {
  const { channels } = windows;
  const counts = countTaps(windows);
  walkWindows(windows, (outPixel, _tap, inPixel) => {
    for (let c = 0; c < channels; c++) dx[inPixel * channels + c] += dy[outPixel * channels + c] / counts[outPixel];
  });
}

/** How many pixels of the picture lie under the window, for each output pixel. */
function countTaps(windows: Windows): Uint32Array {
  const counts = new Uint32Array(windows.batch * windows.outHeight * windows.outWidth);
  walkWindows(windows, (outPixel) => counts[outPixel]++);
  return counts;
}
