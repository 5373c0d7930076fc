/**
 * Finds how far each picture leans, from sums in f64. begin and end count pictures. Twin: ../reference/deskew-maps.ts.
 *
 * Of each row only two sums are taken, of its values and of its values times their columns; the others follow from them.
 */
import { drawn, drawPicture } from "./draws";

export function deskewMaps(
  x: usize,
  maps: usize,
  _count: i32,
  height: i32,
  width: i32,
  channels: i32,
  probability: f64,
  key0: i32,
  key1: i32,
  step: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const imageNumbers = <usize>height * <usize>width * <usize>channels;
  for (let image = begin; image < end; image++) {
    drawPicture(image, step, key0, key1, scratch);
    let at = x + ((<usize>image * imageNumbers) << 2);
    let mass: f64 = 0;
    let columns: f64 = 0;
    let rows: f64 = 0;
    let rowsRows: f64 = 0;
    let rowsColumns: f64 = 0;
    for (let row = 0; row < height; row++) {
      let rowMass: f64 = 0;
      let rowColumns: f64 = 0;
      for (let column = 0; column < width; column++) {
        for (let channel = 0; channel < channels; channel++) {
          const value = <f64>load<f32>(at);
          rowMass += value;
          rowColumns += value * <f64>column;
          at += 4;
        }
      }
      mass += rowMass;
      columns += rowColumns;
      rows += rowMass * <f64>row;
      rowsRows += rowMass * <f64>row * <f64>row;
      rowsColumns += rowColumns * <f64>row;
    }
    const spread = rowsRows - (rows * rows) / mass;
    const leaning = rowsColumns - (rows * columns) / mass;
    const leans = mass > 0 && spread > 1e-6 * mass && drawn(scratch, 0) < probability;
    const slant: f64 = leans ? min(max(leaning / spread, -1), 1) : 0;
    const map = maps + <usize>image * 24;
    store<f32>(map, 1);
    store<f32>(map, <f32>slant, 4);
    store<f32>(map, <f32>(leans ? (-slant * rows) / mass : 0), 8);
    store<f32>(map, 0, 12);
    store<f32>(map, 1, 16);
    store<f32>(map, 0, 20);
  }
}
