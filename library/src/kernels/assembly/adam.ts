/**
 * One step of Adam in one pass over memory. begin and end count elements. Twin: ../reference/adam.ts.
 *
 * The factors that are the same for all elements are formed in f64 and rounded to f32 once.
 */
import { Four } from "./tail";

export function adam(
  weight: usize,
  gradient: usize,
  mean: usize,
  variance: usize,
  learningRate: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  correction1: f64,
  correction2: f64,
  weightDecay: f64,
  begin: i32,
  end: i32,
): void {
  const keep = f32x4.splat(<f32>(1 - learningRate * weightDecay));
  const rate = f32x4.splat(<f32>(learningRate / correction1));
  const rootScale = f32x4.splat(<f32>(1 / sqrt(correction2)));
  const keepMean = f32x4.splat(<f32>beta1);
  const takeMean = f32x4.splat(<f32>(1 - beta1));
  const keepVariance = f32x4.splat(<f32>beta2);
  const takeVariance = f32x4.splat(<f32>(1 - beta2));
  const small = f32x4.splat(<f32>epsilon);
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const g = Four.load(gradient + at, left);
    const m = f32x4.add(f32x4.mul(keepMean, Four.load(mean + at, left)), f32x4.mul(takeMean, g));
    const v = f32x4.add(
      f32x4.mul(keepVariance, Four.load(variance + at, left)),
      f32x4.mul(takeVariance, f32x4.mul(g, g)),
    );
    const size = f32x4.add(f32x4.mul(f32x4.sqrt(v), rootScale), small);
    const kept = f32x4.mul(keep, Four.load(weight + at, left));
    Four.store(mean + at, m, left);
    Four.store(variance + at, v, left);
    Four.store(weight + at, f32x4.sub(kept, f32x4.div(f32x4.mul(rate, m), size)), left);
    at += 16;
  }
}
