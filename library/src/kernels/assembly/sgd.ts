/** One step of gradient descent. begin and end count elements. Twin: ../reference/sgd.ts. */
import { Four } from "./tail";

class Sgd {
  @inline static step(weight: usize, gradient: usize, keep: v128, rate: v128, left: i32): void {
    const kept = f32x4.mul(keep, Four.load(weight, left));
    Four.store(weight, f32x4.sub(kept, f32x4.mul(rate, Four.load(gradient, left))), left);
  }
}

export function sgd(weight: usize, gradient: usize, learningRate: f64, weightDecay: f64, begin: i32, end: i32): void {
  const keep = f32x4.splat(<f32>(1 - learningRate * weightDecay));
  const rate = f32x4.splat(<f32>learningRate);
  let at = (<usize>begin) << 2;
  let left = end - begin;
  for (; left >= 4; left -= 4) {
    Sgd.step(weight + at, gradient + at, keep, rate, 4);
    at += 16;
  }
  if (left > 0) Sgd.step(weight + at, gradient + at, keep, rate, left);
}
