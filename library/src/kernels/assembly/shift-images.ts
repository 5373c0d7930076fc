/** Moves each image by whole pixels. begin and end count images. Twin: ../reference/shift-images.ts. */
import { philox, word0, word1, word2 } from "./philox";

export function shiftImages(
  x: usize,
  y: usize,
  _count: i32,
  height: i32,
  width: i32,
  channels: i32,
  limit: i32,
  probability: f64,
  key0: i32,
  key1: i32,
  step: f64,
  begin: i32,
  end: i32,
): void {
  const pixelBytes = (<usize>channels) << 2;
  const rowBytes = pixelBytes * <usize>width;
  const imageBytes = rowBytes * <usize>height;
  for (let image = begin; image < end; image++) {
    philox(image, step, 1, key0, key1); // lane 0 is this image's block
    const stays = <f64>(<u32>i32x4.extract_lane(word2, 0)) / 4294967296 >= probability;
    const right = stays ? 0 : draw(i32x4.extract_lane(word0, 0), limit);
    const down = stays ? 0 : draw(i32x4.extract_lane(word1, 0), limit);

    // what stays visible: a rectangle, copied row by row onto black
    const from = x + <usize>image * imageBytes;
    const to = y + <usize>image * imageBytes;
    memory.fill(to, 0, imageBytes);
    const visible = width - abs(right);
    if (visible <= 0) continue;
    const fromColumn = <usize>max(0, -right) * pixelBytes;
    const toColumn = <usize>max(0, right) * pixelBytes;
    for (let row = max(0, down); row < min(height, height + down); row++) {
      memory.copy(
        to + <usize>row * rowBytes + toColumn,
        from + <usize>(row - down) * rowBytes + fromColumn,
        <usize>visible * pixelBytes,
      );
    }
  }
}

/** A whole number from −limit to limit. */
function draw(word: u32, limit: i32): i32 {
  return <i32>((<u64>word * <u64>(2 * limit + 1)) >> 32) - limit;
}
