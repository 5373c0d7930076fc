/**
 * y += scale·x, both read through their strides. Twin: ../reference/accumulate.ts.
 *
 * Two ways. Where rows of neighbours fall on one row of y (a bias gradient: the sum over a batch), the columns are summed
 * in f64 and added once. All else is multiplyBackward's walk with the scale as the other factor.
 *
 * begin and end cut the axis numbered `axis`, one along which y moves; −1 leaves everything whole.
 */
import { addColumnSums, clearSums, COLUMNS } from "./column-sums";
import { Product } from "./multiply";
import { addStrided } from "./strided";

export function accumulate(
  x: usize,
  y: usize,
  scale: f32,
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  x0: i32,
  x1: i32,
  x2: i32,
  x3: i32,
  y0: i32,
  y1: i32,
  y2: i32,
  y3: i32,
  axis: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const gathers = n0 * n1 * n2 > 1 && y0 == 0 && y1 == 0 && y2 == 0;
  if (!gathers || y3 != 1 || x3 != 1) {
    store<f32>(scratch, scale);
    addStrided<Product>(x, scratch, 0, y, n0, n1, n2, n3, x0, x1, x2, x3, 0, 0, 0, 0, y0, y1, y2, y3, axis, begin, end);
    return;
  }
  const first = axis == 3 ? begin : 0;
  const last = axis == 3 ? end : n3;
  for (let column = first; column < last; column += COLUMNS) {
    const columns = min(COLUMNS, last - column);
    clearSums(scratch, columns);
    for (let i = 0; i < n0; i++)
      for (let j = 0; j < n1; j++) {
        addColumnSums(x + ((<usize>(i * x0 + j * x1 + column)) << 2), n2, x2, columns, scratch);
      }
    for (let c = 0; c < columns; c++) {
      const at = y + ((<usize>(column + c)) << 2);
      store<f32>(at, <f32>(<f64>load<f32>(at) + <f64>scale * load<f64>(scratch + ((<usize>c) << 3))));
    }
  }
}
