/**
 * loss = 1/n · Σ h(x − t), summed in f64 by four lanes. Twin: ../reference/huber.ts.
 *
 * With m = min(|d|, δ) both pieces are one: `h = m·(|d| − ½·m)`.
 *
 * Forward one thread takes all n elements, in order; backward, begin and end count elements.
 */
import { Four } from "./tail";
import { Wide } from "./wide";

export function huber(x: usize, targets: usize, loss: usize, delta: f64, begin: i32, end: i32): void {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const size = f32x4.abs(f32x4.sub(Four.load(x + at, end - i), Four.load(targets + at, end - i)));
    low = f64x2.add(low, Pieces.of(Wide.low(size), delta));
    high = f64x2.add(high, Pieces.of(Wide.high(size), delta));
  }
  store<f32>(loss, <f32>(Wide.total(low, high) / <f64>(end - begin)));
}

class Pieces {
  /** Two numbers in f64; min hands a NaN on. */
  @inline static of(size: v128, delta: f64): v128 {
    const near = f64x2.min(size, f64x2.splat(delta));
    return f64x2.mul(near, f64x2.sub(size, f64x2.mul(f64x2.splat(0.5), near)));
  }
}

/** n is the number of all elements, of which this thread does begin to end. */
export function huberBackward(
  x: usize,
  targets: usize,
  dloss: usize,
  dx: usize,
  n: i32,
  delta: f32,
  begin: i32,
  end: i32,
): void {
  const scale = f32x4.splat(<f32>(<f64>load<f32>(dloss) / <f64>n));
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const error = f32x4.sub(Four.load(x + at, left), Four.load(targets + at, left));
    const held = f32x4.min(f32x4.max(error, f32x4.splat(-delta)), f32x4.splat(delta));
    Four.store(dx + at, f32x4.add(Four.load(dx + at, left), f32x4.mul(scale, held)), left);
    at += 16;
  }
}
