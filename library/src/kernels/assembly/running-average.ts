/** running = (1 − momentum)·running + momentum·correction·value. begin and end count elements. Twin: ../reference/running-average.ts. */
import { Four } from "./tail";

export function runningAverage(
  running: usize,
  value: usize,
  momentum: f64,
  correction: f64,
  begin: i32,
  end: i32,
): void {
  const keep = f32x4.splat(<f32>(1 - momentum));
  const take = f32x4.splat(<f32>(momentum * correction));
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const kept = f32x4.mul(keep, Four.load(running + at, left));
    Four.store(running + at, f32x4.add(kept, f32x4.mul(take, Four.load(value + at, left))), left);
    at += 16;
  }
}
