/**
 * One step of Adam in one pass over memory. begin and end count elements. Twin: ../reference/adam.ts.
 *
 * The factors that are the same for all elements are formed in f64 and rounded to f32 once.
 */
import { Four } from "./tail";

class Adam {
  @inline static step(
    weight: usize,
    gradient: usize,
    mean: usize,
    variance: usize,
    keep: v128,
    rate: v128,
    rootScale: v128,
    epsilon: v128,
    keepMean: v128,
    takeMean: v128,
    keepVariance: v128,
    takeVariance: v128,
    left: i32,
  ): void {
    const g = Four.load(gradient, left);
    const m = f32x4.add(f32x4.mul(keepMean, Four.load(mean, left)), f32x4.mul(takeMean, g));
    const square = f32x4.mul(g, g);
    const v = f32x4.add(f32x4.mul(keepVariance, Four.load(variance, left)), f32x4.mul(takeVariance, square));
    const size = f32x4.add(f32x4.mul(f32x4.sqrt(v), rootScale), epsilon);
    const kept = f32x4.mul(keep, Four.load(weight, left));
    Four.store(mean, m, left);
    Four.store(variance, v, left);
    Four.store(weight, f32x4.sub(kept, f32x4.div(f32x4.mul(rate, m), size)), left);
  }
}

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
  let left = end - begin;
  for (; left >= 4; left -= 4) {
    Adam.step(
      weight + at,
      gradient + at,
      mean + at,
      variance + at,
      keep,
      rate,
      rootScale,
      small,
      keepMean,
      takeMean,
      keepVariance,
      takeVariance,
      4,
    );
    at += 16;
  }
  if (left > 0)
    Adam.step(
      weight + at,
      gradient + at,
      mean + at,
      variance + at,
      keep,
      rate,
      rootScale,
      small,
      keepMean,
      takeMean,
      keepVariance,
      takeVariance,
      left,
    );
}
