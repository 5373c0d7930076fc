/** A picture of any size and colours as one of 28×28 in grey, which is what a row of pictures shows. */
const SIDE = 28;

/**
 * The sample's pixels, the longer side brought to 28 and the shorter one in the middle.
 *
 * @param inputShape [height, width, channels]
 */
export function thumbnailOf(pixels: Uint8Array, inputShape: readonly number[]): Uint8Array {
  const [height, width, channels] = inputShape;
  if (height === SIDE && width === SIDE && channels === 1) return pixels;
  const scale = Math.max(height, width) / SIDE;
  const left = (SIDE - width / scale) / 2;
  const top = (SIDE - height / scale) / 2;
  const small = new Uint8Array(SIDE * SIDE);
  for (let index = 0; index < small.length; index++) {
    const x = Math.floor(((index % SIDE) + 0.5 - left) * scale);
    const y = Math.floor((Math.floor(index / SIDE) + 0.5 - top) * scale);
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    const at = (y * width + x) * channels;
    // the eye sees green brightest: the weights of Rec. 601
    small[index] = channels < 3 ? pixels[at] : 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
  }
  return small;
}
