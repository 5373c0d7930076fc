/**
 * y[o, i] = max_r x[o, r, i] and where it stood: the first of equals; a NaN counts as largest. Twin: ../reference/maximum.ts.
 *
 * begin and end count the outer·inner results. Where results lie side by side (inner ≥ 4) four columns are searched at
 * once, with the comparison kept as a mask.
 */
export function maximum(
  x: usize,
  y: usize,
  indices: usize,
  _outer: i32,
  size: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  const step = (<usize>inner) << 2;
  let at = begin;
  while (at < end) {
    const o = at / inner;
    const i = at - o * inner;
    const first = x + ((<usize>(o * size * inner + i)) << 2);
    const to = (<usize>at) << 2;
    if (min(inner - i, end - at) >= 4) {
      searchFour(first, step, size, y == 0 ? 0 : y + to, indices + to);
      at += 4;
    } else {
      searchOne(first, step, size, y == 0 ? 0 : y + to, indices + to);
      at += 1;
    }
  }
}

function searchOne(x: usize, step: usize, size: i32, y: usize, index: usize): void {
  let best = 0;
  let largest = load<f32>(x);
  for (let r = 1; r < size; r++) {
    x += step;
    const value = load<f32>(x);
    if (value > largest || (value != value && largest == largest)) {
      largest = value;
      best = r;
    }
  }
  if (y != 0) store<f32>(y, largest);
  store<f32>(index, <f32>best);
}

function searchFour(x: usize, step: usize, size: i32, y: usize, index: usize): void {
  let best = i32x4.splat(0);
  let largest = v128.load(x);
  for (let r = 1; r < size; r++) {
    x += step;
    const value = v128.load(x);
    const firstNan = v128.and(f32x4.ne(value, value), f32x4.eq(largest, largest));
    const better = v128.or(f32x4.gt(value, largest), firstNan);
    largest = v128.bitselect(value, largest, better);
    best = v128.bitselect(i32x4.splat(r), best, better);
  }
  if (y != 0) v128.store(y, largest);
  v128.store(index, f32x4.convert_i32x4_s(best));
}

export function maximumBackward(
  indices: usize,
  dy: usize,
  dx: usize,
  _outer: i32,
  size: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  for (let at = begin; at < end; at++) {
    const o = at / inner;
    const r = <i32>load<f32>(indices + ((<usize>at) << 2));
    const to = dx + ((<usize>((o * size + r) * inner + at - o * inner)) << 2);
    store<f32>(to, load<f32>(to) + load<f32>(dy + ((<usize>at) << 2)));
  }
}
