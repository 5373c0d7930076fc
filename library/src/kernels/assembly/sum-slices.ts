/**
 * Sums of slices of a batch, turned on their side: four rows and four columns at a time. Twin:
 * ../reference/sum-slices.ts.
 *
 * begin and end count columns of a slice, which are rows of y. Each number is summed slice after slice.
 */
const F32: usize = 4;

export function sumSlices(
  slices: usize,
  y: usize,
  count: i32,
  rows: i32,
  columns: i32,
  fresh: i32,
  begin: i32,
  end: i32,
  _scratch: usize,
): void {
  const slice = <usize>(rows * columns) * F32;
  const row = <usize>columns * F32;
  const rowY = <usize>rows * F32;
  let column = begin;
  for (; column + 4 <= end; column += 4) {
    let i = 0;
    let from = slices + <usize>column * F32;
    let to = y + <usize>(column * rows) * F32;
    for (; i + 4 <= rows; i += 4, from += 4 * row, to += 16) {
      const a = Sum.four(from, count, slice);
      const b = Sum.four(from + row, count, slice);
      const c = Sum.four(from + 2 * row, count, slice);
      const d = Sum.four(from + 3 * row, count, slice);
      const ab = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
      const cd = i8x16.shuffle(c, d, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
      const low = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
      const high = i8x16.shuffle(c, d, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
      Sum.put(to, i8x16.shuffle(ab, cd, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23), fresh);
      Sum.put(to + rowY, i8x16.shuffle(ab, cd, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), fresh);
      Sum.put(to + 2 * rowY, i8x16.shuffle(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23), fresh);
      Sum.put(
        to + 3 * rowY,
        i8x16.shuffle(low, high, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31),
        fresh,
      );
    }
    for (; i < rows; i++, from += row, to += 4) {
      for (let j: usize = 0; j < 4; j++) Sum.one(from + j * F32, count, slice, to + j * rowY, fresh);
    }
  }
  for (; column < end; column++) {
    let from = slices + <usize>column * F32;
    let to = y + <usize>(column * rows) * F32;
    for (let i = 0; i < rows; i++, from += row, to += 4) Sum.one(from, count, slice, to, fresh);
  }
}

class Sum {
  @inline static four(from: usize, count: i32, slice: usize): v128 {
    let sum = v128.load(from);
    for (let i = 1; i < count; i++) {
      from += slice;
      sum = f32x4.add(sum, v128.load(from));
    }
    return sum;
  }

  @inline static put(to: usize, sum: v128, fresh: i32): void {
    v128.store(to, fresh ? sum : f32x4.add(v128.load(to), sum));
  }

  static one(from: usize, count: i32, slice: usize, to: usize, fresh: i32): void {
    let sum = load<f32>(from);
    for (let i = 1; i < count; i++) {
      from += slice;
      sum += load<f32>(from);
    }
    store<f32>(to, fresh ? sum : load<f32>(to) + sum);
  }
}
