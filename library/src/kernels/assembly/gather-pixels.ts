/** y[i, :] = images[samples[i], :]·scale. begin and end count rows of y. Twin: ../reference/gather-pixels.ts. */
import { pixels } from "./pixels";

export function gatherPixels(
  images: usize,
  samples: usize,
  y: usize,
  size: i32,
  scale: f32,
  begin: i32,
  end: i32,
): void {
  for (let i = begin; i < end; i++) {
    const sample = <usize>load<f32>(samples + ((<usize>i) << 2));
    pixels(images + sample * <usize>size, y + ((<usize>i * <usize>size) << 2), scale, 0, size);
  }
}
