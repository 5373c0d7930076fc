/**
 * Windows that walk over pictures: a filter of a convolution, or the field of a pooling. At each output position
 * [outY, outX] the window covers the input positions [outY·strideY − top + tapY, outX·strideX − left + tapX]; those
 * outside of the picture are padding. A *tap* is a place within the window, counted row by row.
 *
 * Pictures are [batch, height, width, channels]: the numbers of one pixel lie side by side.
 */

/** All lengths that a kernel needs to know. */
export interface Windows {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly windowHeight: number;
  readonly windowWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  /** Rows of padding above, columns of padding on the left. What is below and on the right follows from outHeight and outWidth. */
  readonly top: number;
  readonly left: number;
}

/**
 * Visits each output pixel with each input pixel that its window covers, by the number of the pixel in the batch.
 *
 * Output pixels in row-major order, and for each the taps in theirs; padding is left out.
 */
export function walkWindows(windows: Windows, visit: (outPixel: number, tap: number, inPixel: number) => void): void {
  const { batch, height, width, outHeight, outWidth, windowHeight, windowWidth, strideY, strideX, top, left } = windows;
  for (let sample = 0; sample < batch; sample++)
    for (let outY = 0; outY < outHeight; outY++)
      for (let outX = 0; outX < outWidth; outX++)
        for (let tapY = 0; tapY < windowHeight; tapY++)
          for (let tapX = 0; tapX < windowWidth; tapX++) {
            const y = outY * strideY - top + tapY;
            const x = outX * strideX - left + tapX;
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            const outPixel = (sample * outHeight + outY) * outWidth + outX;
            visit(outPixel, tapY * windowWidth + tapX, (sample * height + y) * width + x);
          }
}
