/**
 * One step of RMSProp in one pass over memory. begin and end count elements. Twin: ../reference/rms-prop.ts.
 *
 * The factors that are the same for all elements are formed in f64 and rounded to f32 once.
 */
import { Four } from "./tail";

class RmsProp {
  @inline static step(
    weight: usize,
    gradient: usize,
    meanSquare: usize,
    velocity: usize,
    keep: v128,
    rate: v128,
    keepSquare: v128,
    takeSquare: v128,
    epsilon: v128,
    factor: v128,
    left: i32,
  ): void {
    const g = Four.load(gradient, left);
    const square = f32x4.mul(takeSquare, f32x4.mul(g, g));
    const v = f32x4.add(f32x4.mul(keepSquare, Four.load(meanSquare, left)), square);
    const push = f32x4.div(g, f32x4.add(f32x4.sqrt(v), epsilon));
    const u = f32x4.add(f32x4.mul(factor, Four.load(velocity, left)), push);
    const kept = f32x4.mul(keep, Four.load(weight, left));
    Four.store(meanSquare, v, left);
    Four.store(velocity, u, left);
    Four.store(weight, f32x4.sub(kept, f32x4.mul(rate, u)), left);
  }
}

export function rmsProp(
  weight: usize,
  gradient: usize,
  meanSquare: usize,
  velocity: usize,
  learningRate: f64,
  decay: f64,
  epsilon: f64,
  momentumFactor: f64,
  weightDecay: f64,
  begin: i32,
  end: i32,
): void {
  const keep = f32x4.splat(<f32>(1 - learningRate * weightDecay));
  const rate = f32x4.splat(<f32>learningRate);
  const keepSquare = f32x4.splat(<f32>decay);
  const takeSquare = f32x4.splat(<f32>(1 - decay));
  const small = f32x4.splat(<f32>epsilon);
  const factor = f32x4.splat(<f32>momentumFactor);
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    RmsProp.step(
      weight + at,
      gradient + at,
      meanSquare + at,
      velocity + at,
      keep,
      rate,
      keepSquare,
      takeSquare,
      small,
      factor,
      left,
    );
    at += 16;
  }
}
