/** Draws two windows of a sheet for each picture. begin and end count pictures. Twin: ../reference/elastic-pieces.ts. */
import { drawn, drawPicture } from "./draws";

export function elasticPieces(
  pieces: usize,
  _count: i32,
  side: i32,
  amplitude: f64,
  probability: f64,
  key0: i32,
  key1: i32,
  step: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  for (let image = begin; image < end; image++) {
    drawPicture(image, step, key0, key1, scratch);
    const strength = drawn(scratch, 8) < probability ? amplitude : 0;
    for (let direction = 0; direction < 2; direction++) {
      const first = direction << 2;
      const piece = pieces + <usize>(2 * image + direction) * 12;
      store<f32>(piece, <f32>floor(drawn(scratch, first) * <f64>side));
      store<f32>(piece, <f32>floor(drawn(scratch, first + 1) * <f64>side), 4);
      store<f32>(piece, <f32>(drawn(scratch, first + 2) < 0.5 ? -strength : strength), 8);
    }
  }
}
