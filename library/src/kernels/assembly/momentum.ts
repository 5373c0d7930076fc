/** One step of gradient descent with momentum, in one pass. begin and end count elements. Twin: ../reference/momentum.ts. */
import { Four } from "./tail";

export function momentum(
  weight: usize,
  gradient: usize,
  velocity: usize,
  learningRate: f64,
  friction: f64,
  weightDecay: f64,
  nesterov: i32,
  begin: i32,
  end: i32,
): void {
  const keep = f32x4.splat(<f32>(1 - learningRate * weightDecay));
  const rate = f32x4.splat(<f32>learningRate);
  const factor = f32x4.splat(<f32>friction);
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const g = Four.load(gradient + at, left);
    const v = f32x4.add(f32x4.mul(factor, Four.load(velocity + at, left)), g);
    const push = nesterov ? f32x4.add(g, f32x4.mul(factor, v)) : v;
    const kept = f32x4.mul(keep, Four.load(weight + at, left));
    Four.store(velocity + at, v, left);
    Four.store(weight + at, f32x4.sub(kept, f32x4.mul(rate, push)), left);
    at += 16;
  }
}
