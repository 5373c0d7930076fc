/** g ← g · min(1, limit/‖g‖). begin and end count elements. Twin: ../reference/clip-norm.ts. */
import { Four } from "./tail";

export function clipNorm(gradient: usize, squaredNorm: usize, limit: f64, begin: i32, end: i32): void {
  const factor = min(1, limit / sqrt(<f64>load<f32>(squaredNorm)));
  if (factor == 1) return;
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    Four.store(gradient + at, f32x4.mul(Four.load(gradient + at, left), f32x4.splat(<f32>factor)), left);
    at += 16;
  }
}
