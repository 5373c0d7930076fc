/** The engine that the options ask for. */
import { setFlagsFromString } from "node:v8";
import { Option } from "commander";
import type { Command } from "commander";
import { createEngine } from "inkling";
import type { Engine } from "inkling";
import { Failure } from "./failure.ts";
import { wholeNumber } from "./option-values.ts";
import { note } from "./output.ts";

/** What the options of `addEngineOptions` come to. */
export interface EngineArguments {
  threads?: number;
  module?: "auto" | "simd" | "relaxed-simd";
  engine?: "fast" | "reference";
  turbo?: boolean;
}

/** The first one whose V8 has what --turbo asks for, and was tried. */
const TURBO_FROM_NODE = 24;

export function addEngineOptions(command: Command): Command {
  return command
    .option("--threads <n>", "threads to share the work, 1 to 16; results do not depend on it", wholeNumber(1, 16))
    .addOption(new Option("--module <name>", "which build of the kernels").choices(["auto", "simd", "relaxed-simd"]))
    .addOption(kernelsOption())
    .option("--turbo", `experimental, Node ${TURBO_FROM_NODE} or later: kernels on vectors of twice the width`);
}

export function kernelsOption(): Option {
  return new Option("--engine <name>", "fast, or the readable reference").choices(["fast", "reference"]);
}

/**
 * The engine, and before it the flags of this process that its kernels need: V8 looks at them when it compiles. The
 * library itself never touches its host's flags.
 */
export async function startEngine({ threads, module, engine: kernels, turbo }: EngineArguments): Promise<Engine> {
  // Node 20 has relaxed SIMD behind a flag, which must be up before the module is compiled; later ones ignore it
  if (module === "relaxed-simd" && kernels !== "reference" && process.versions.node.startsWith("20.")) {
    setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
  if (turbo && kernels !== "reference") widenVectors();
  return createEngine({ kernels, module, threads });
}

/** V8 then turns two neighbouring operations on 128 bits into one on 256, where the processor has AVX2. */
function widenVectors(): void {
  if (Number.parseInt(process.versions.node, 10) < TURBO_FROM_NODE) {
    throw new Failure({
      op: "--turbo",
      problem: "this Node cannot join vectors",
      got: `Node ${process.versions.node}, V8 ${process.versions.v8}`,
      want: `Node ${TURBO_FROM_NODE}, or later`,
      fix: "leave --turbo out: the results are the same, only slower",
    });
  }
  setFlagsFromString("--experimental-wasm-revectorize");
  note("--turbo is experimental: it sets V8's --experimental-wasm-revectorize, which V8 does not yet vouch for");
}
