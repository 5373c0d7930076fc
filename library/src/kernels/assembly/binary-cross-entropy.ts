/**
 * Cross-entropy of yes or no, the mean over all elements. Twin: ../reference/binary-cross-entropy.ts, which derives the
 * formulas.
 *
 * Forward one thread takes all elements, one at a time in f64, so that they are summed in order and a small loss keeps
 * its digits; backward, begin and end count elements, four at a time.
 */
import { expOf, logOf } from "./power";
import { Sigmoid } from "./sigmoid";
import { Four } from "./tail";

export function binaryCrossEntropy(
  logits: usize,
  targets: usize,
  loss: usize,
  smoothing: f64,
  begin: i32,
  end: i32,
): void {
  let total: f64 = 0;
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 2;
    const x = <f64>load<f32>(logits + at);
    const target = (1 - smoothing) * <f64>load<f32>(targets + at) + smoothing / 2;
    total += max<f64>(x, 0) - x * target + logOf(1 + expOf(-abs(x)));
  }
  store<f32>(loss, <f32>(total / <f64>(end - begin)));
}

/** n is the number of all elements, of which this thread does begin to end. */
export function binaryCrossEntropyBackward(
  logits: usize,
  targets: usize,
  dloss: usize,
  dlogits: usize,
  n: i32,
  smoothing: f64,
  begin: i32,
  end: i32,
): void {
  const scale = f32x4.splat(<f32>(<f64>load<f32>(dloss) / <f64>n));
  const own = f32x4.splat(<f32>(1 - smoothing));
  const both = f32x4.splat(<f32>(smoothing / 2));
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const target = f32x4.add(f32x4.mul(own, Four.load(targets + at, left)), both);
    const error = f32x4.sub(changetype<Sigmoid>(0).of(Four.load(logits + at, left)), target);
    Four.store(dlogits + at, f32x4.add(Four.load(dlogits + at, left), f32x4.mul(scale, error)), left);
    at += 16;
  }
}
