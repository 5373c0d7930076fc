/**
 * Cross-entropy of softmax, the mean over rows. Twin: ../reference/cross-entropy.ts, which derives the formulas.
 *
 * Forward one thread takes all rows, so that their losses are summed in order; backward, begin and end count rows.
 */
import { logOf } from "./power";
import { divideRow, exponentials, largestOf, sumOf } from "./softmax";
import { Four } from "./tail";

export function crossEntropy(
  logits: usize,
  labels: usize,
  loss: usize,
  probabilities: usize,
  rows: i32,
  columns: i32,
  smoothing: f64,
  begin: i32,
  end: i32,
): void {
  let total: f64 = 0;
  for (let row = begin; row < end; row++) {
    const at = (<usize>(row * columns)) << 2;
    const label = <usize>load<f32>(labels + ((<usize>row) << 2));
    const largest = largestOf(logits + at, columns);
    const sum = exponentials(logits + at, probabilities + at, columns, largest);
    divideRow(probabilities + at, columns, <f32>sum);

    const z = <f64>load<f32>(logits + at + (label << 2)) - <f64>largest;
    total += logOf(sum) - (1 - smoothing) * z;
    if (smoothing > 0) total -= (smoothing / <f64>columns) * sumOf(logits + at, columns, largest);
  }
  store<f32>(loss, <f32>(total / <f64>rows));
}

export function crossEntropyBackward(
  probabilities: usize,
  labels: usize,
  dloss: usize,
  dlogits: usize,
  rows: i32,
  columns: i32,
  smoothing: f64,
  begin: i32,
  end: i32,
): void {
  const scale = f32x4.splat(<f32>(<f64>load<f32>(dloss) / <f64>rows));
  const others = f32x4.splat(<f32>(smoothing / <f64>columns));
  const own = f32x4.splat(<f32>(1 - smoothing + smoothing / <f64>columns));
  for (let row = begin; row < end; row++) {
    let at = (<usize>(row * columns)) << 2;
    const label = i32x4.splat(<i32>load<f32>(labels + ((<usize>row) << 2)));
    for (let c = 0; c < columns; c += 4) {
      const left = columns - c;
      const isLabel = i32x4.eq(i32x4.add(i32x4.splat(c), i32x4(0, 1, 2, 3)), label);
      const target = v128.bitselect(own, others, isLabel);
      const amount = f32x4.mul(scale, f32x4.sub(Four.load(probabilities + at, left), target));
      Four.store(dlogits + at, f32x4.add(Four.load(dlogits + at, left), amount), left);
      at += 16;
    }
  }
}
