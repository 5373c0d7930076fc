/** Weights and bias take over the batch norm behind them. Twin: ../reference/fold-batch-norm.ts. begin and end count columns. */
import { Four } from "./tail";

export function foldBatchNorm(
  weight: usize,
  bias: usize,
  scale: usize,
  shift: usize,
  mean: usize,
  variance: usize,
  foldedWeight: usize,
  foldedBias: usize,
  rows: i32,
  channels: i32,
  epsilon: f64,
  begin: i32,
  end: i32,
): void {
  const row = (<usize>channels) << 2;
  for (let c = begin; c < end; c += 4) {
    const lane = (<usize>c) << 2;
    const left = end - c;
    const spread = f32x4.sqrt(f32x4.add(Four.load(variance + lane, left), f32x4.splat(<f32>epsilon)));
    const factor = f32x4.mul(Four.load(scale + lane, left), f32x4.div(f32x4.splat(1), spread));
    const old = bias == 0 ? f32x4.splat(0) : Four.load(bias + lane, left);
    const shifted = f32x4.mul(f32x4.sub(old, Four.load(mean + lane, left)), factor);
    Four.store(foldedBias + lane, f32x4.add(Four.load(shift + lane, left), shifted), left);
    for (let r = 0, at = lane; r < rows; r++, at += row) {
      Four.store(foldedWeight + at, f32x4.mul(Four.load(weight + at, left), factor), left);
    }
  }
}
