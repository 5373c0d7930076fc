/** The engine that the options ask for. */
import { setFlagsFromString } from "node:v8";
import { Option } from "commander";
import type { Command } from "commander";
import { createEngine } from "inkling";
import type { Engine } from "inkling";
import { wholeNumber } from "./option-values.ts";

/** What the options of `addEngineOptions` come to. */
export interface EngineArguments {
  threads?: number;
  module?: "auto" | "simd" | "relaxed-simd";
  engine?: "fast" | "reference";
}

export function addEngineOptions(command: Command): Command {
  return command
    .option("--threads <n>", "threads to share the work, 1 to 16; results do not depend on it", wholeNumber(1, 16))
    .addOption(new Option("--module <name>", "which build of the kernels").choices(["auto", "simd", "relaxed-simd"]))
    .addOption(kernelsOption());
}

export function kernelsOption(): Option {
  return new Option("--engine <name>", "fast, or the readable reference").choices(["fast", "reference"]);
}

export async function startEngine({ threads, module, engine: kernels }: EngineArguments): Promise<Engine> {
  // Node 20 has relaxed SIMD behind a flag, which must be up before the module is compiled; later ones ignore it
  if (module === "relaxed-simd" && kernels !== "reference" && process.versions.node.startsWith("20.")) {
    setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
  return createEngine({ kernels, module, threads });
}
