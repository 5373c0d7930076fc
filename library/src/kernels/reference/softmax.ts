/**
 * Softmax turns each row of scores into probabilities: positive, and of sum 1.
 *
 * `y_c = e^{x_c} / Σ_k e^{x_k}`
 *
 * Every output depends on every input of its row:
 *
 *   ∂y_k/∂x_c = y_k·((k = c) − y_c)
 *   dx_c = Σ_k dy_k·∂y_k/∂x_c = y_c·(dy_c − Σ_k dy_k·y_k)
 */
import { exp } from "#base";
import type { Floats } from "../floats.ts";

export function softmax(x: Floats, y: Floats, rows: number, columns: number): void {
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    let largest = -Infinity;
    for (let c = 0; c < columns; c++) largest = Math.max(largest, x[first + c]);

    // softmax does not change when all scores shift; shifted so, the largest exponent is 0 and nothing overflows
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += exp(x[first + c] - largest);
    for (let c = 0; c < columns; c++) y[first + c] = exp(x[first + c] - largest) / sum;
  }
}

/** dx_c += y_c·(dy_c − Σ_k dy_k·y_k) */
export function softmaxBackward(y: Floats, dy: Floats, dx: Floats, rows: number, columns: number): void {
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    let mean = 0; // of dy, each weighted by its probability
    for (let c = 0; c < columns; c++) mean += dy[first + c] * y[first + c];
    for (let c = 0; c < columns; c++) dx[first + c] += y[first + c] * (dy[first + c] - mean);
  }
}
