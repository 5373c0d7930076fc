/** The engine that the options ask for, with what is worth saying about it. */
import { setFlagsFromString } from "node:v8";
import { createEngine } from "inkling";
import type { Engine } from "inkling";

export interface EngineChoice {
  kernels?: "fast" | "reference";
  module?: "auto" | "simd" | "relaxed-simd";
  threads?: number;
}

export async function startEngine({ kernels, module, threads }: EngineChoice): Promise<Engine> {
  // Node 20 has relaxed SIMD behind a flag, which must be up before the module is compiled; later ones ignore it
  if (module === "relaxed-simd" && kernels !== "reference" && process.versions.node.startsWith("20.")) {
    setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
  return createEngine({ kernels, module, threads });
}
