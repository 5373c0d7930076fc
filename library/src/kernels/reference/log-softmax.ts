/**
 * The logarithm of softmax, computed without ever forming a probability that could be too small to hold.
 *
 * `y_c = x_c − ln Σ_k e^{x_k}`
 *
 *   ∂y_k/∂x_c = (k = c) − e^{y_c}
 *   dx_c = dy_c − e^{y_c}·Σ_k dy_k
 */
import { exp, log } from "#base";
import type { Floats } from "../floats.ts";

export function logSoftmax(x: Floats, y: Floats, rows: number, columns: number): void {
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    let largest = -Infinity;
    for (let c = 0; c < columns; c++) largest = Math.max(largest, x[first + c]);

    let sum = 0; // at least 1: the largest score contributes e⁰
    for (let c = 0; c < columns; c++) sum += exp(x[first + c] - largest);
    const logSum = log(sum);
    for (let c = 0; c < columns; c++) y[first + c] = x[first + c] - largest - logSum;
  }
}

/** dx_c += dy_c − e^{y_c}·Σ_k dy_k */
export function logSoftmaxBackward(y: Floats, dy: Floats, dx: Floats, rows: number, columns: number): void {
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += dy[first + c];
    for (let c = 0; c < columns; c++) dx[first + c] += dy[first + c] - exp(y[first + c]) * sum;
  }
}
