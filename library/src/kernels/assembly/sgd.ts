/** One step of gradient descent. begin and end count elements. Twin: ../reference/sgd.ts. */
import { Four } from "./tail";

export function sgd(weight: usize, gradient: usize, learningRate: f64, weightDecay: f64, begin: i32, end: i32): void {
  const keep = f32x4.splat(<f32>(1 - learningRate * weightDecay));
  const rate = f32x4.splat(<f32>learningRate);
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const kept = f32x4.mul(keep, Four.load(weight + at, left));
    Four.store(weight + at, f32x4.sub(kept, f32x4.mul(rate, Four.load(gradient + at, left))), left);
    at += 16;
  }
}
