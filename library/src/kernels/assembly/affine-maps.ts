/** Draws a map for each picture, in f64. begin and end count pictures. Twin: ../reference/affine-maps.ts. */
import { drawn, drawPicture } from "./draws";

export function affineMaps(
  maps: usize,
  _count: i32,
  height: i32,
  width: i32,
  degrees: f64,
  scale: f64,
  shear: f64,
  pixels: f64,
  probability: f64,
  key0: i32,
  key1: i32,
  step: f64,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const middleColumn = <f64>(width - 1) / 2;
  const middleRow = <f64>(height - 1) / 2;
  for (let image = begin; image < end; image++) {
    drawPicture(image, step, key0, key1, scratch);
    const changed: f64 = drawn(scratch, 6) < probability ? 1 : 0;
    turn((changed * degrees * (2 * drawn(scratch, 0) - 1) * Math.PI) / 180);
    const wider = 1 + changed * scale * (2 * drawn(scratch, 1) - 1);
    const taller = 1 + changed * scale * (2 * drawn(scratch, 2) - 1);
    const slant = changed * shear * (2 * drawn(scratch, 3) - 1);
    const column = middleColumn + changed * pixels * (2 * drawn(scratch, 4) - 1);
    const row = middleRow + changed * pixels * (2 * drawn(scratch, 5) - 1);

    const a = (cosine + slant * sine) / wider;
    const b = (sine - slant * cosine) / wider;
    const c = -sine / taller;
    const d = cosine / taller;
    const map = maps + <usize>image * 24;
    store<f32>(map, <f32>a);
    store<f32>(map, <f32>b, 4);
    store<f32>(map, <f32>(middleColumn - a * column - b * row), 8);
    store<f32>(map, <f32>c, 12);
    store<f32>(map, <f32>d, 16);
    store<f32>(map, <f32>(middleRow - c * column - d * row), 20);
  }
}

let cosine: f64 = 1;
let sine: f64 = 0;

/** Cosine and sine of an angle of at most half a turn, in radians: `cos + i·sin = Σ (i·angle)ⁿ / n!`, to 1e-14. */
function turn(angle: f64): void {
  cosine = 1;
  sine = 0;
  let term: f64 = 1;
  for (let n = 1; abs(term) > 1e-18 && n < 40; n++) {
    term *= angle / <f64>n;
    const signed = n & 2 ? -term : term;
    if (n & 1) sine += signed;
    else cosine += signed;
  }
}
