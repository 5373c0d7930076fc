/** y = x above 0, slope·x elsewhere: a rectifier that still lets a little through. The slope at exactly 0 is that of below. */
import type { Floats } from "../floats.ts";

export function leakyRelu(x: Floats, y: Floats, slope: number): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i] > 0 ? x[i] : slope * x[i];
}

/** dx += dy where x > 0, dx += slope·dy elsewhere */
export function leakyReluBackward(x: Floats, dy: Floats, dx: Floats, slope: number): void {
  for (let i = 0; i < x.length; i++) dx[i] += x[i] > 0 ? dy[i] : slope * dy[i];
}
