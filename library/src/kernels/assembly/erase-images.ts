/** Erases a rectangle of each picture. begin and end count pictures. Twin: ../reference/erase-images.ts. */
import { drawn, drawPicture } from "./draws";

export function eraseImages(
  x: usize,
  y: usize,
  _count: i32,
  height: i32,
  width: i32,
  channels: i32,
  smallest: f64,
  largest: f64,
  ratio: f64,
  value: f32,
  probability: f64,
  key0: i32,
  key1: i32,
  step: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const imageBytes = (<usize>height * <usize>width * <usize>channels) << 2;
  memory.copy(y + <usize>begin * imageBytes, x + <usize>begin * imageBytes, <usize>(end - begin) * imageBytes);
  for (let image = begin; image < end; image++) {
    drawPicture(image, step, key0, key1, scratch);
    if (drawn(scratch, 0) >= probability) continue;
    const area = (smallest + (largest - smallest) * drawn(scratch, 1)) * <f64>height * <f64>width;
    const longer = 1 + (1 / ratio - 1) * drawn(scratch, 2);
    const slope = drawn(scratch, 3) < 0.5 ? longer : 1 / longer;
    const rows = min(height, <i32>floor(sqrt(area * slope) + 0.5));
    const columns = min(width, <i32>floor(sqrt(area / slope) + 0.5));
    const top = <i32>floor(drawn(scratch, 4) * <f64>(height - rows + 1));
    const left = <i32>floor(drawn(scratch, 5) * <f64>(width - columns + 1));
    for (let row = top; row < top + rows; row++) {
      const first = y + <usize>image * imageBytes + ((<usize>((row * width + left) * channels)) << 2);
      for (let i = 0; i < columns * channels; i++) store<f32>(first + ((<usize>i) << 2), value);
    }
  }
}
