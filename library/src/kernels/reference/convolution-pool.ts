/**
 * Convolution, bias, ReLU and max pooling as one: of all outputs under a pooling window only the largest is kept.
 *
 *   y[n, i, j, f] = max over the window of  Σ_tap Σ_c x[pixel under tap, c] · w[tap, c, f] + b[f]     (and 0, with a ReLU)
 *
 * Pooling windows lie side by side, so each output has its place under one of them; `taps` notes which one was the
 * largest. Only it has a gradient, and only where the ReLU let it through: g = dy where y > 0. That is one output in four
 * at most for pooling 2×2, and the backward passes follow no others.
 *
 * `windows` is the filter's walk, to the outputs that pooling needs: outHeight and outWidth are multiples of the pooling
 * window's [height, width].
 *
 * Of equals the first counts, and a NaN counts as larger than all numbers, as in max-pool2d.ts.
 */
import type { Floats } from "../floats.ts";
import type { Windows } from "../windows.ts";

/** Height and width of a pooling window. */
type Pool = readonly [height: number, width: number];

/** y = the largest outputs, and `taps` = under which tap of the pooling window each stood. */
export function convolutionPool(
  x: Floats,
  weight: Floats,
  bias: Floats,
  y: Floats,
  taps: Floats,
  windows: Windows,
  filters: number,
  pool: Pool,
  relu: boolean,
): void {
  const { channels } = windows;
  for (let at = 0; at < y.length; at++) {
    const filter = at % filters;
    let largest = -Infinity;
    taps[at] = -1;
    for (let tap = 0; tap < pool[0] * pool[1]; tap++) {
      let sum = 0;
      walkPatch(windows, pool, Math.floor(at / filters), tap, (pixel, place) => {
        for (let c = 0; c < channels; c++) {
          sum += x[pixel * channels + c] * weight[(place * channels + c) * filters + filter];
        }
      });
      if (taps[at] === -1 || sum > largest || (Number.isNaN(sum) && !Number.isNaN(largest))) {
        largest = sum;
        taps[at] = tap;
      }
    }
    y[at] = relu ? Math.max(largest + bias[filter], 0) : largest + bias[filter];
  }
}

/**
 * dx[pixel under tap, c] += w[tap, c, f] · g, for each g; with `fresh` dx is cleared first.
 *
 * @param turned the weights filter by filter: [filters, taps, channels]
 */
export function convolutionPoolBackwardInput(
  turned: Floats,
  y: Floats,
  taps: Floats,
  dy: Floats,
  dx: Floats,
  windows: Windows,
  filters: number,
  pool: Pool,
  relu: boolean,
  fresh: boolean,
): void {
  const { channels, windowHeight, windowWidth } = windows;
  const perFilter = windowHeight * windowWidth * channels;
  if (fresh) dx.fill(0);
  for (let at = 0; at < dy.length; at++) {
    if (relu && !(y[at] > 0)) continue;
    walkPatch(windows, pool, Math.floor(at / filters), taps[at], (pixel, place) => {
      for (let c = 0; c < channels; c++) {
        dx[pixel * channels + c] += turned[(at % filters) * perFilter + place * channels + c] * dy[at];
      }
    });
  }
}

/**
 * dw[f, tap, c] = Σ x[pixel under tap, c] · g and db[f] = Σ g, for each of `slices` parts of the batch:
 * `weightSlices` [slices, filters, taps, channels] and `biasSlices` [slices, filters]. Samples are shared out as evenly as
 * they go, in their order.
 */
export function convolutionPoolBackwardWeight(
  x: Floats,
  y: Floats,
  taps: Floats,
  dy: Floats,
  weightSlices: Floats,
  biasSlices: Floats,
  windows: Windows,
  filters: number,
  pool: Pool,
  relu: boolean,
  slices: number,
): void {
  const { batch, channels, windowHeight, windowWidth } = windows;
  const perFilter = windowHeight * windowWidth * channels;
  const perSample = dy.length / batch;
  weightSlices.fill(0);
  biasSlices.fill(0);
  for (let slice = 0; slice < slices; slice++) {
    const end = Math.floor((batch * (slice + 1)) / slices) * perSample;
    for (let at = Math.floor((batch * slice) / slices) * perSample; at < end; at++) {
      if (relu && !(y[at] > 0)) continue;
      const filter = slice * filters + (at % filters);
      biasSlices[filter] += dy[at];
      walkPatch(windows, pool, Math.floor(at / filters), taps[at], (pixel, place) => {
        for (let c = 0; c < channels; c++) {
          weightSlices[filter * perFilter + place * channels + c] += x[pixel * channels + c] * dy[at];
        }
      });
    }
  }
}

/** Visits the pixels that go into one output: that under a tap of a pooling window. Padding is left out. */
function walkPatch(
  { height, width, outHeight, outWidth, windowHeight, windowWidth, strideY, strideX, top, left }: Windows,
  [poolHeight, poolWidth]: Pool,
  pooled: number,
  tap: number,
  visit: (pixel: number, place: number) => void,
): void {
  const line = Math.floor(pooled / (outWidth / poolWidth));
  const sample = Math.floor(line / (outHeight / poolHeight));
  const outY = (line % (outHeight / poolHeight)) * poolHeight + Math.floor(tap / poolWidth);
  const outX = (pooled % (outWidth / poolWidth)) * poolWidth + (tap % poolWidth);
  for (let tapY = 0; tapY < windowHeight; tapY++)
    for (let tapX = 0; tapX < windowWidth; tapX++) {
      const y = outY * strideY - top + tapY;
      const x = outX * strideX - left + tapX;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      visit((sample * height + y) * width + x, tapY * windowWidth + tapX);
    }
}
