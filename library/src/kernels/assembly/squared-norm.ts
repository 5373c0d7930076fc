/**
 * y[0] += Σ x², summed in f64 by four lanes. Twin: ../reference/squared-norm.ts.
 *
 * begin and end count elements, but the whole sum is one unit of work: one thread takes all of x, in order.
 */
import { Four } from "./tail";
import { Wide } from "./wide";

export function squaredNorm(x: usize, y: usize, begin: i32, end: i32): void {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = begin; i < end; i += 4) {
    const v = Four.load(x + ((<usize>i) << 2), end - i);
    low = f64x2.add(low, f64x2.mul(Wide.low(v), Wide.low(v)));
    high = f64x2.add(high, f64x2.mul(Wide.high(v), Wide.high(v)));
  }
  store<f32>(y, <f32>(<f64>load<f32>(y) + Wide.total(low, high)));
}
