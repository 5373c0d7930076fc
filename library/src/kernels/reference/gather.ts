/** y[i, :] = x[indices[i], :]: picks rows by number. Backward, a row that was picked twice receives both gradients. */
import type { Floats } from "../floats.ts";

export function gather(x: Floats, indices: Floats, y: Floats, columns: number): void {
  for (let i = 0; i < indices.length; i++) {
    for (let c = 0; c < columns; c++) y[i * columns + c] = x[indices[i] * columns + c];
  }
}

/** dx[indices[i], :] += dy[i, :] */
export function gatherBackward(indices: Floats, dy: Floats, dx: Floats, columns: number): void {
  for (let i = 0; i < indices.length; i++) {
    for (let c = 0; c < columns; c++) dx[indices[i] * columns + c] += dy[i * columns + c];
  }
}
