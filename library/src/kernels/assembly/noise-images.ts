/** Adds noise to pictures, sixteen values at a time. begin and end count pictures. Twin: ../reference/noise-images.ts. */
import { drawn, drawPicture } from "./draws";
import { drawSixteen, nextFour } from "./philox";
import { Four } from "./tail";

export function noiseImages(
  x: usize,
  y: usize,
  _count: i32,
  size: i32,
  deviation: f64,
  probability: f64,
  key0: i32,
  key1: i32,
  step: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const blocks = ((size + 15) >> 4) << 2;
  const mean = i32x4.splat(510);
  for (let image = begin; image < end; image++) {
    drawPicture(image, step, key0, key1, scratch);
    const amount = f32x4.splat(<f32>(drawn(scratch, 0) < probability ? deviation / sqrt<f64>(21845) : 0));
    const first = (<usize>image * <usize>size) << 2;
    for (let i = 0; i < size; i += 16) {
      drawSixteen(image * blocks + (i >> 2), step, 4, key0, key1);
      for (let from = i; from < min(i + 16, size); from += 4) {
        const at = first + ((<usize>from) << 2);
        // bytes to sums of two, sums of two to sums of four: one for each word
        const sums = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(nextFour()));
        const noise = f32x4.mul(amount, f32x4.convert_i32x4_s(i32x4.sub(sums, mean)));
        Four.store(y + at, f32x4.add(Four.load(x + at, size - from), noise), size - from);
      }
    }
  }
}
