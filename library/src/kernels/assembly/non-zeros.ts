/**
 * Lists of what is not 0. begin and end count rows. Twin: ../reference/non-zeros.ts.
 *
 * A jump for every number would be guessed wrong at every edge of a stroke. Four numbers at a time are shuffled instead:
 * those that are not 0 move to the front, zeros fill up, all four are stored, and the list grows by as many as count.
 * The next four overwrite the rest, so a list ends with up to three zeros that do not belong to it. Sixteen numbers that
 * are all 0 are passed over.
 */

/** Shuffles of four f32 lanes by the mask of those to keep, 16 bytes each; 0xff fetches a zero. */
const FRONT = memory.data<u64>([
  0xffffffffffffffff,
  0xffffffffffffffff, // 0000
  0xffffffff03020100,
  0xffffffffffffffff, // 0001
  0xffffffff07060504,
  0xffffffffffffffff, // 0010
  0x0706050403020100,
  0xffffffffffffffff, // 0011
  0xffffffff0b0a0908,
  0xffffffffffffffff, // 0100
  0x0b0a090803020100,
  0xffffffffffffffff, // 0101
  0x0b0a090807060504,
  0xffffffffffffffff, // 0110
  0x0706050403020100,
  0xffffffff0b0a0908, // 0111
  0xffffffff0f0e0d0c,
  0xffffffffffffffff, // 1000
  0x0f0e0d0c03020100,
  0xffffffffffffffff, // 1001
  0x0f0e0d0c07060504,
  0xffffffffffffffff, // 1010
  0x0706050403020100,
  0xffffffff0f0e0d0c, // 1011
  0x0f0e0d0c0b0a0908,
  0xffffffffffffffff, // 1100
  0x0b0a090803020100,
  0xffffffff0f0e0d0c, // 1101
  0x0b0a090807060504,
  0xffffffff0f0e0d0c, // 1110
  0x0706050403020100,
  0x0f0e0d0c0b0a0908, // 1111
]);

/** The lists of images[samples[i], :]·scale, from bytes. */
export function packPixels(
  images: usize,
  samples: usize,
  positions: usize,
  values: usize,
  counts: usize,
  size: i32,
  scale: f32,
  begin: i32,
  end: i32,
): void {
  const factor = f32x4.splat(scale);
  const whole = size & ~15;
  for (let i = begin; i < end; i++) {
    const image = images + <usize>load<f32>(samples + ((<usize>i) << 2)) * <usize>size;
    const first = (<usize>i * <usize>size) << 2;
    let at = first; // in bytes, where the next entry goes in both lists
    for (let p = 0; p < whole; p += 16) {
      const sixteen = v128.load(image + <usize>p);
      if (!v128.any_true(sixteen)) continue;
      const low = i16x8.extend_low_i8x16_u(sixteen);
      const high = i16x8.extend_high_i8x16_u(sixteen);
      const four0 = f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), factor);
      const four1 = f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), factor);
      const four2 = f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), factor);
      const four3 = f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), factor);
      at += List.four(positions + at, values + at, four0, p);
      at += List.four(positions + at, values + at, four1, p + 4);
      at += List.four(positions + at, values + at, four2, p + 8);
      at += List.four(positions + at, values + at, four3, p + 12);
    }
    for (let p = whole; p < size; p++) {
      at += List.one(positions + at, values + at, <f32>load<u8>(image + <usize>p) * scale, p);
    }
    store<f32>(counts + ((<usize>i) << 2), <f32>((at - first) >> 2));
  }
}

/** The lists of x. */
export function packNonZeros(
  x: usize,
  positions: usize,
  values: usize,
  counts: usize,
  _rows: i32,
  columns: i32,
  begin: i32,
  end: i32,
): void {
  const whole = columns & ~15;
  for (let i = begin; i < end; i++) {
    const first = (<usize>i * <usize>columns) << 2;
    const row = x + first;
    let at = first;
    for (let p = 0; p < whole; p += 16) {
      const from = row + ((<usize>p) << 2);
      const four0 = v128.load(from);
      const four1 = v128.load(from, 16);
      const four2 = v128.load(from, 32);
      const four3 = v128.load(from, 48);
      if (!v128.any_true(v128.or(v128.or(four0, four1), v128.or(four2, four3)))) continue;
      at += List.four(positions + at, values + at, four0, p);
      at += List.four(positions + at, values + at, four1, p + 4);
      at += List.four(positions + at, values + at, four2, p + 8);
      at += List.four(positions + at, values + at, four3, p + 12);
    }
    for (let p = whole; p < columns; p++) {
      at += List.one(positions + at, values + at, load<f32>(row + ((<usize>p) << 2)), p);
    }
    store<f32>(counts + ((<usize>i) << 2), <f32>((at - first) >> 2));
  }
}

class List {
  /** Appends those of the four numbers at columns p to p + 3 that are not 0. Returns how many bytes the list grew. */
  @inline static four(positions: usize, values: usize, four: v128, p: i32): usize {
    const kept = i32x4.bitmask(f32x4.ne(four, f32x4.splat(0)));
    const shuffle = v128.load(FRONT + ((<usize>kept) << 4));
    const columns = f32x4.add(f32x4.splat(<f32>p), f32x4(0, 1, 2, 3));
    v128.store(positions, i8x16.swizzle(columns, shuffle));
    v128.store(values, i8x16.swizzle(four, shuffle));
    return (<usize>popcnt(kept)) << 2;
  }

  /** The same for one number. */
  @inline static one(positions: usize, values: usize, value: f32, p: i32): usize {
    if (value == 0) return 0;
    store<f32>(positions, <f32>p);
    store<f32>(values, value);
    return 4;
  }
}
