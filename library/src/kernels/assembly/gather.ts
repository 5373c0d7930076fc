/**
 * y[i, :] = x[indices[i], :]. Twin: ../reference/gather.ts.
 *
 * Forward, begin and end count rows of y. Backward they count columns: two rows of dy may fall on one row of dx, so every
 * thread takes all rows, in order, and some columns.
 */
import { Four } from "./tail";

export function gather(x: usize, indices: usize, y: usize, columns: i32, begin: i32, end: i32): void {
  const rowBytes = (<usize>columns) << 2;
  for (let i = begin; i < end; i++) {
    const index = <usize>load<f32>(indices + ((<usize>i) << 2));
    memory.copy(y + <usize>i * rowBytes, x + index * rowBytes, rowBytes);
  }
}

/** `rows` is the number of indices. */
export function gatherBackward(
  indices: usize,
  dy: usize,
  dx: usize,
  columns: i32,
  rows: i32,
  begin: i32,
  end: i32,
): void {
  const rowBytes = (<usize>columns) << 2;
  for (let i = 0; i < rows; i++) {
    const from = dy + <usize>i * rowBytes;
    const to = dx + <usize>load<f32>(indices + ((<usize>i) << 2)) * rowBytes;
    for (let c = begin; c < end; c += 4) {
      const at = (<usize>c) << 2;
      Four.store(to + at, f32x4.add(Four.load(to + at, end - c), Four.load(from + at, end - c)), end - c);
    }
  }
}
