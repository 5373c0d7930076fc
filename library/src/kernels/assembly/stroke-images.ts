/**
 * Dilation or erosion by a part of a pixel. begin and end count pictures. Twin: ../reference/stroke-images.ts.
 *
 * A picture is copied into scratch with a frame of zeros, a pixel wide; there the neighbours of four numbers are the four
 * numbers a pixel or a row further, whatever the number of channels.
 */
import { drawn, drawPicture } from "./draws";
import { Four } from "./tail";

const DRAWS: usize = 64; // bytes at the start of scratch

export function strokeImages(
  x: usize,
  y: usize,
  _count: i32,
  height: i32,
  width: i32,
  channels: i32,
  thinner: f64,
  thicker: f64,
  probability: f64,
  key0: i32,
  key1: i32,
  step: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const numbers = width * channels; // of a row
  const rowBytes = (<usize>numbers) << 2;
  const imageBytes = rowBytes * <usize>height;
  const pixelBytes = (<usize>channels) << 2;
  const lineBytes = rowBytes + 2 * pixelBytes;
  const frame = scratch + DRAWS;
  memory.fill(frame, 0, lineBytes * <usize>(height + 2));
  const inner = frame + lineBytes + pixelBytes;

  for (let image = begin; image < end; image++) {
    drawPicture(image, step, key0, key1, scratch);
    const strength: f64 = drawn(scratch, 1) < probability ? (thinner + thicker) * drawn(scratch, 0) - thinner : 0;
    const from = x + <usize>image * imageBytes;
    const to = y + <usize>image * imageBytes;
    for (let row: usize = 0; row < <usize>height; row++) {
      memory.copy(inner + row * lineBytes, from + row * rowBytes, rowBytes);
    }
    const part = f32x4.splat(<f32>abs(strength));
    const thickens = strength > 0;
    for (let row: usize = 0; row < <usize>height; row++) {
      for (let i = 0; i < numbers; i += 4) {
        const at = (<usize>i) << 2;
        const p = inner + row * lineBytes + at;
        const left = numbers - i;
        const value = Four.load(p, left);
        const above = Four.load(p - lineBytes, left);
        const below = Four.load(p + lineBytes, left);
        const before = Four.load(p - pixelBytes, left);
        const behind = Four.load(p + pixelBytes, left);
        const goal = thickens
          ? f32x4.max(f32x4.max(value, f32x4.max(above, below)), f32x4.max(before, behind))
          : f32x4.min(f32x4.min(value, f32x4.min(above, below)), f32x4.min(before, behind));
        const moved = f32x4.add(value, f32x4.mul(part, f32x4.sub(goal, value)));
        Four.store(to + row * rowBytes + at, moved, left);
      }
    }
  }
}
