/** One step of gradient descent with momentum, in one pass. begin and end count elements. Twin: ../reference/momentum.ts. */
import { Four } from "./tail";

class Momentum {
  @inline static step(
    weight: usize,
    gradient: usize,
    velocity: usize,
    keep: v128,
    rate: v128,
    factor: v128,
    nesterov: i32,
    left: i32,
  ): void {
    const g = Four.load(gradient, left);
    const v = f32x4.add(f32x4.mul(factor, Four.load(velocity, left)), g);
    const push = nesterov ? f32x4.add(g, f32x4.mul(factor, v)) : v;
    const kept = f32x4.mul(keep, Four.load(weight, left));
    Four.store(velocity, v, left);
    Four.store(weight, f32x4.sub(kept, f32x4.mul(rate, push)), left);
  }
}

export function momentum(
  weight: usize,
  gradient: usize,
  velocity: usize,
  learningRate: f64,
  momentumFactor: f64,
  weightDecay: f64,
  nesterov: i32,
  begin: i32,
  end: i32,
): void {
  const keep = f32x4.splat(<f32>(1 - learningRate * weightDecay));
  const rate = f32x4.splat(<f32>learningRate);
  const factor = f32x4.splat(<f32>momentumFactor);
  let at = (<usize>begin) << 2;
  let left = end - begin;
  for (; left >= 4; left -= 4) {
    Momentum.step(weight + at, gradient + at, velocity + at, keep, rate, factor, nesterov, 4);
    at += 16;
  }
  if (left > 0) Momentum.step(weight + at, gradient + at, velocity + at, keep, rate, factor, nesterov, left);
}
