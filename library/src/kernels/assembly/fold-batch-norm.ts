/** Weights and bias take over the batch norm behind them. Twin: ../reference/fold-batch-norm.ts. begin and end count columns. */
import { inverseDeviation } from "./channels";

/** Weights and bias of which the batch norm behind them is a part; see the twin. begin and end count columns. */
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
  for (let c: usize = begin; c < <usize>end; c++) {
    const lane = c << 2;
    const factor = load<f32>(scale + lane) * inverseDeviation(load<f32>(variance + lane), epsilon);
    const old: f32 = bias == 0 ? 0 : load<f32>(bias + lane);
    store<f32>(foldedBias + lane, load<f32>(shift + lane) + (old - load<f32>(mean + lane)) * factor);
    let at = lane;
    for (let row = 0; row < rows; row++, at += (<usize>channels) << 2) {
      store<f32>(foldedWeight + at, load<f32>(weight + at) * factor);
    }
  }
}
