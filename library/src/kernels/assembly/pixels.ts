/** y = byte·scale, sixteen bytes at a time. begin and end count elements. Twin: ../reference/pixels.ts. */
export function pixels(bytes: usize, y: usize, scale: f32, begin: i32, end: i32): void {
  const factor = f32x4.splat(scale);
  let i = begin;
  for (; i + 16 <= end; i += 16) {
    const sixteen = v128.load(bytes + <usize>i);
    const low = i16x8.extend_low_i8x16_u(sixteen);
    const high = i16x8.extend_high_i8x16_u(sixteen);
    const to = y + ((<usize>i) << 2);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), factor));
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), factor), 16);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), factor), 32);
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), factor), 48);
  }
  for (; i < end; i++) store<f32>(y + ((<usize>i) << 2), <f32>load<u8>(bytes + <usize>i) * scale);
}
