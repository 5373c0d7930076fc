/**
 * y, through its strides, = x. begin and end count elements of x. Twin: ../reference/place.ts.
 *
 * Rows that stay rows are copied whole.
 */
import { rowOffset } from "./strided";

export function place(
  x: usize,
  y: usize,
  _n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  y0: i32,
  y1: i32,
  y2: i32,
  y3: i32,
  begin: i32,
  end: i32,
): void {
  let i = begin;
  while (i < end) {
    // the row that element i stands in, from there to its end or to ours
    const row = i / n3;
    const column = i - row * n3;
    const count = min(n3 - column, end - i);
    const from = x + ((<usize>i) << 2);
    const to = y + rowOffset(row, n1, n2, y0, y1, y2) + ((<usize>(column * y3)) << 2);
    if (y3 == 1) memory.copy(to, from, (<usize>count) << 2);
    else for (let c = 0; c < count; c++) store<f32>(to + ((<usize>(c * y3)) << 2), load<f32>(from + ((<usize>c) << 2)));
    i += count;
  }
}
