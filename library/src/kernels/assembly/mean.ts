/** y[o, i] = 1/size · Σ_r x[o, r, i]. begin and end count the means. Twin: ../reference/mean.ts. */
import { dividedSum } from "./sum";

export function mean(
  x: usize,
  y: usize,
  _outer: i32,
  size: i32,
  inner: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  dividedSum(x, y, size, inner, size, begin, end, scratch);
}
