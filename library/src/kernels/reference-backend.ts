/** The readable kernels as a backend, in f32 or f64: for who wants to follow a computation, or to check one. */
import { createPlainBackend } from "./backend.ts";
import type { Backend } from "./backend.ts";
import * as reference from "./reference/index.ts";

export function createReferenceBackend({ precision }: { precision: "f32" | "f64" }): Backend {
  const zeros = (length: number) => (precision === "f64" ? new Float64Array(length) : new Float32Array(length));
  return createPlainBackend({ kernels: reference, precision, zeros });
}
