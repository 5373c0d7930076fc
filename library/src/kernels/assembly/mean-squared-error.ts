/**
 * loss = 1/n · Σ (x − t)², summed in f64 by four lanes. Twin: ../reference/mean-squared-error.ts.
 *
 * Forward one thread takes all n elements, in order; backward, begin and end count elements.
 */
import { Four } from "./tail";
import { Wide } from "./wide";

export function meanSquaredError(x: usize, targets: usize, loss: usize, begin: i32, end: i32): void {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const v = f32x4.sub(Four.load(x + at, end - i), Four.load(targets + at, end - i));
    low = f64x2.add(low, f64x2.mul(Wide.low(v), Wide.low(v)));
    high = f64x2.add(high, f64x2.mul(Wide.high(v), Wide.high(v)));
  }
  store<f32>(loss, <f32>(Wide.total(low, high) / <f64>(end - begin)));
}

/** n is the number of all elements, of which this thread does begin to end. */
export function meanSquaredErrorBackward(
  x: usize,
  targets: usize,
  dloss: usize,
  dx: usize,
  n: i32,
  begin: i32,
  end: i32,
): void {
  const scale = f32x4.splat(<f32>((2 * <f64>load<f32>(dloss)) / <f64>n));
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const error = f32x4.sub(Four.load(x + at, left), Four.load(targets + at, left));
    Four.store(dx + at, f32x4.add(Four.load(dx + at, left), f32x4.mul(scale, error)), left);
    at += 16;
  }
}
