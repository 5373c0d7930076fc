/**
 * Max pooling: of all numbers under a window only the largest is kept, channel by channel. A stroke is found wherever in
 * the window it lies; where exactly is forgotten.
 *
 * Padding never wins. Of equals the first counts, and it alone receives the gradient; a NaN counts as larger than all
 * numbers, so that it is not hidden.
 */
import type { Floats } from "../floats.ts";
import { walkWindows } from "../windows.ts";
import type { Windows } from "../windows.ts";

/** y = the largest, and `taps` = under which tap it stood. */
export function maxPool2d(x: Floats, y: Floats, taps: Floats, windows: Windows): void {
  const { channels } = windows;
  taps.fill(-1);
  walkWindows(windows, (outPixel, tap, inPixel) => {
    for (let c = 0; c < channels; c++) {
      const value = x[inPixel * channels + c];
      const at = outPixel * channels + c;
      const isFirst = taps[at] === -1;
      if (isFirst || value > y[at] || (Number.isNaN(value) && !Number.isNaN(y[at]))) {
        y[at] = value;
        taps[at] = tap;
      }
    }
  });
}

/** dx += dy, where the largest number stood; a `fresh` (1) dx begins with 0. */
export function maxPool2dBackward(taps: Floats, dy: Floats, dx: Floats, windows: Windows, fresh: number): void {
  const { channels } = windows;
  if (fresh) dx.fill(0);
  walkWindows(windows, (outPixel, tap, inPixel) => {
    for (let c = 0; c < channels; c++) {
      const at = outPixel * channels + c;
      if (taps[at] === tap) dx[inPixel * channels + c] += dy[at];
    }
  });
}
