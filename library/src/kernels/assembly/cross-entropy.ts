/**
 * Cross-entropy of softmax, row by row. Twin: ../reference/cross-entropy.ts, which derives the formulas.
 *
 * begin and end count rows forward, numbers backward.
 */
import { logOf } from "./power";
import { exponentials, largestOf, sumOf } from "./softmax";
import { Four } from "./tail";

export function crossEntropy(
  logits: usize,
  labels: usize,
  losses: usize,
  surplus: usize,
  _rows: i32,
  columns: i32,
  smoothing: f64,
  begin: i32,
  end: i32,
): void {
  const others = f32x4.splat(<f32>(smoothing / <f64>columns));
  const own = f32x4.splat(<f32>(1 - smoothing + smoothing / <f64>columns));
  for (let row = begin; row < end; row++) {
    const at = (<usize>(row * columns)) << 2;
    const label = <i32>load<f32>(labels + ((<usize>row) << 2));
    const largest = largestOf(logits + at, columns);
    const sum = exponentials(logits + at, surplus + at, columns, largest);
    const divisor = f32x4.splat(<f32>sum);
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c;
      const to = surplus + at + ((<usize>c) << 2);
      const isLabel = i32x4.eq(i32x4.add(i32x4.splat(c), i32x4(0, 1, 2, 3)), i32x4.splat(label));
      const target = v128.bitselect(own, others, isLabel);
      Four.store(to, f32x4.sub(f32x4.div(Four.load(to, left), divisor), target), left);
    }

    const z = <f64>load<f32>(logits + at + ((<usize>label) << 2)) - <f64>largest;
    let loss = logOf(sum) - (1 - smoothing) * z;
    if (smoothing > 0) loss -= (smoothing / <f64>columns) * sumOf(logits + at, columns, largest);
    store<f32>(losses + ((<usize>row) << 2), <f32>loss);
  }
}

export function crossEntropyBackward(
  surplus: usize,
  dloss: usize,
  dlogits: usize,
  rows: i32,
  _columns: i32,
  fresh: i32,
  begin: i32,
  end: i32,
): void {
  const scale = f32x4.splat(<f32>(<f64>load<f32>(dloss) / <f64>rows));
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = end - i;
    const amount = f32x4.mul(scale, Four.load(surplus + at, left));
    Four.store(dlogits + at, fresh ? amount : f32x4.add(Four.load(dlogits + at, left), amount), left);
  }
}
