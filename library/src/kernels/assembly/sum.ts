/**
 * y[o, i] = Σ_r x[o, r, i], summed in f64. begin and end count the sums, outer·inner of them. Twin: ../reference/sum.ts.
 *
 * With inner = 1 the numbers of a sum lie side by side and four lanes share them; otherwise the sums lie side by side
 * and each runs down its column.
 */
import { addColumnSums, clearSums, COLUMNS } from "./column-sums";
import { sumOf } from "./softmax";

export function sum(
  x: usize,
  y: usize,
  _outer: i32,
  size: i32,
  inner: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  dividedSum(x, y, size, inner, 1, begin, end, scratch);
}

/** y = Σ x / divisor */
export function dividedSum(
  x: usize,
  y: usize,
  size: i32,
  inner: i32,
  divisor: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  if (inner == 1) {
    for (let o = begin; o < end; o++) {
      const total = sumOf(x + ((<usize>(o * size)) << 2), size, 0);
      store<f32>(y + ((<usize>o) << 2), <f32>(total / divisor));
    }
    return;
  }
  let at = begin;
  while (at < end) {
    const o = at / inner;
    const i = at - o * inner;
    const columns = min(min(inner - i, end - at), COLUMNS);
    clearSums(scratch, columns);
    addColumnSums(x + ((<usize>(o * size * inner + i)) << 2), size, inner, columns, scratch);
    for (let c = 0; c < columns; c++) {
      const total = load<f64>(scratch + ((<usize>c) << 3));
      store<f32>(y + ((<usize>(at + c)) << 2), <f32>(total / divisor));
    }
    at += columns;
  }
}
