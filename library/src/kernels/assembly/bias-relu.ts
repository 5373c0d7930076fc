/**
 * The gradient behind a ReLU, and of the bias that was added ahead of it. Twin: ../reference/bias-relu.ts.
 *
 * begin and end count slices of the rows: each sums its own, 32 rows in f32 and then in f64; `addBiasSlices` adds the
 * slices' sums up in their order.
 */
import { FourSums } from "./column-sums";
import { Four } from "./tail";

const BLOCK = 32;

export function biasReluBackward(
  y: usize,
  dy: usize,
  rows: i32,
  channels: i32,
  relu: i32,
  first: i32,
  count: i32,
  partials: usize,
  slices: i32,
  begin: i32,
  end: i32,
): void {
  const pitch = (<usize>channels) << 2;
  const zero = f32x4.splat(0);
  for (let slice = begin; slice < end; slice++) {
    const sums = partials + <usize>(slice * ((count + 3) & ~3)) * 8;
    memory.fill(sums, 0, <usize>((count + 3) & ~3) * 8);
    const last = <i32>((<i64>rows * (slice + 1)) / slices);
    for (let row = <i32>((<i64>rows * slice) / slices); row < last; row += BLOCK) {
      const stop = min(last, row + BLOCK);
      for (let c = 0; c < count; c += 4) {
        const left = count - c;
        let sum = zero;
        let at = <usize>row * pitch + ((<usize>(first + c)) << 2);
        for (let r = row; r < stop; r++, at += pitch) {
          let g = Four.load(dy + at, left);
          if (relu) {
            g = v128.and(g, f32x4.gt(Four.load(y + at, left), zero));
            Four.store(dy + at, g, left);
          }
          sum = f32x4.add(sum, g);
        }
        FourSums.add(sums + ((<usize>c) << 3), sum);
      }
    }
  }
}

/** dbias (+)= the slices' sums. begin and end count channels. */
export function addBiasSlices(
  partials: usize,
  dbias: usize,
  count: i32,
  slices: i32,
  fresh: i32,
  begin: i32,
  end: i32,
): void {
  for (let c = begin; c < end; c++) {
    let sum: f64 = 0;
    for (let slice = 0; slice < slices; slice++) {
      sum += load<f64>(partials + <usize>(slice * ((count + 3) & ~3) + c) * 8);
    }
    const to = dbias + ((<usize>c) << 2);
    store<f32>(to, <f32>(fresh ? sum : <f64>load<f32>(to) + sum));
  }
}
