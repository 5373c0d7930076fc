/**
 * Matrix products. M rows, K inner, N columns; all arrays are row-major. A product is added to what c holds, or written
 * over it where c is `fresh` (1).
 */
import type { Floats } from "../floats.ts";

/** c (+)= a·b, with a (M,K), b (K,N), c (M,N). */
export function matmul(a: Floats, b: Floats, c: Floats, M: number, K: number, N: number, fresh: number): void {
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[m * K + k] * b[k * N + n];
      c[m * N + n] = fresh ? sum : c[m * N + n] + sum;
    }
}

/** c (+)= a·bᵀ, with a (M,K), b (N,K), c (M,N). */
export function matmulTransposeB(
  a: Floats,
  b: Floats,
  c: Floats,
  M: number,
  K: number,
  N: number,
  fresh: number,
): void {
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[m * K + k] * b[n * K + k];
      c[m * N + n] = fresh ? sum : c[m * N + n] + sum;
    }
}

/** c (+)= aᵀ·b, with a (K,M), b (K,N), c (M,N). */
export function matmulTransposeA(
  a: Floats,
  b: Floats,
  c: Floats,
  M: number,
  K: number,
  N: number,
  fresh: number,
): void {
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[k * M + m] * b[k * N + n];
      c[m * N + n] = fresh ? sum : c[m * N + n] + sum;
    }
}

/** A dense layer: y = x·w + b, with x (M,K), weight (K,N), bias (N); behind a ReLU (1) y = max(x·w + b, 0). */
export function dense(
  x: Floats,
  weight: Floats,
  bias: Floats,
  y: Floats,
  M: number,
  K: number,
  N: number,
  relu: number,
): void {
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += x[m * K + k] * weight[k * N + n];
      const z = sum + bias[n];
      y[m * N + n] = relu ? Math.max(z, 0) : z;
    }
}
