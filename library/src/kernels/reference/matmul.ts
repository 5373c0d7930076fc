/**
 * Matrix products. M rows, K inner, N columns; all arrays are row-major, and every product is added to what c holds.
 */
import type { Floats } from "../floats.ts";

/** c += a·b, with a (M,K), b (K,N), c (M,N). */
export function matmul(a: Floats, b: Floats, c: Floats, M: number, K: number, N: number): void {
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[m * K + k] * b[k * N + n];
      c[m * N + n] += sum;
    }
}

/** c += a·bᵀ, with a (M,K), b (N,K), c (M,N). */
export function matmulTransposeB(a: Floats, b: Floats, c: Floats, M: number, K: number, N: number): void {
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[m * K + k] * b[n * K + k];
      c[m * N + n] += sum;
    }
}

/** c += aᵀ·b, with a (K,M), b (K,N), c (M,N). */
export function matmulTransposeA(a: Floats, b: Floats, c: Floats, M: number, K: number, N: number): void {
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[k * M + m] * b[k * N + n];
      c[m * N + n] += sum;
    }
}
