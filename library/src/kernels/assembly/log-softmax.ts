/** The logarithm of softmax, row by row. begin and end count rows. Twin: ../reference/log-softmax.ts. */
import { Exp } from "./exp";
import { logOf } from "./power";
import { exponentials, largestOf, sumOf } from "./softmax";
import { Four } from "./tail";

export function logSoftmax(x: usize, y: usize, _rows: i32, columns: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    let at = (<usize>(row * columns)) << 2;
    const largest = largestOf(x + at, columns);
    const logSum = <f32>logOf(exponentials(x + at, y + at, columns, largest)); // y serves as scratch
    for (let left = columns; left > 0; left -= 4) {
      const z = f32x4.sub(Four.load(x + at, left), f32x4.splat(largest));
      Four.store(y + at, f32x4.sub(z, f32x4.splat(logSum)), left);
      at += 16;
    }
  }
}

export function logSoftmaxBackward(
  y: usize,
  dy: usize,
  dx: usize,
  _rows: i32,
  columns: i32,
  begin: i32,
  end: i32,
): void {
  for (let row = begin; row < end; row++) {
    let at = (<usize>(row * columns)) << 2;
    const sum = f32x4.splat(<f32>sumOf(dy + at, columns, 0));
    for (let left = columns; left > 0; left -= 4) {
      const p = changetype<Exp>(0).of(Four.load(y + at, left));
      const amount = f32x4.sub(Four.load(dy + at, left), f32x4.mul(p, sum));
      Four.store(dx + at, f32x4.add(Four.load(dx + at, left), amount), left);
      at += 16;
    }
  }
}
