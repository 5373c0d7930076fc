/**
 * Which build of the kernels runs here. Both hold the same functions; the relaxed one fuses a multiplication and an
 * addition into one rounding where the processor can, which is faster and gives other last bits. So the build is part
 * of every result's name.
 */
import { PlatformError } from "#base";

export type ModuleChoice = "auto" | "simd" | "relaxed-simd";
export type ModuleName = "simd" | "relaxed-simd" | "relaxed-simd+fma";

/** The smallest module that uses relaxed_madd: (func (param v128 v128 v128) (result v128)). */
const RELAXED_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // magic and version
  ...[1, 8, 1, 96, 3, 123, 123, 123, 1, 123], // one type: three v128 in, one out
  ...[3, 2, 1, 0], // one function of that type
  ...[10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11], // local.get 0, 1, 2; f32x4.relaxed_madd
);

/** A module that uses plain SIMD: (func (result v128) i32.const 0; i8x16.splat). */
const SIMD_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 5, 1, 96, 0, 1, 123],
  ...[3, 2, 1, 0],
  ...[10, 8, 1, 6, 0, 65, 0, 253, 15, 11],
);

/** Compiles the build that was asked for; `auto` takes the relaxed one where the runtime accepts it. */
export async function compileKernels(
  { bytesOf }: { bytesOf: (hexadecimal: string) => Uint8Array<ArrayBuffer> },
  choice: ModuleChoice,
): Promise<{ module: WebAssembly.Module; build: "simd" | "relaxed-simd" }> {
  const relaxed = WebAssembly.validate(RELAXED_PROBE);
  if (!WebAssembly.validate(SIMD_PROBE)) {
    throw new PlatformError({
      op: "createEngine",
      problem: "this runtime has no WebAssembly SIMD",
      missing: "simd",
      want: "Node 16.4, Chrome 91, Firefox 89, Safari 16.4, or later",
      fix: 'use createEngine({ kernels: "reference" }), which is slow and runs anywhere',
    });
  }
  if (choice === "relaxed-simd" && !relaxed) {
    throw new PlatformError({
      op: "createEngine",
      problem: "this runtime has no relaxed SIMD",
      missing: "relaxed-simd",
      want: "Node 21, Chrome 114, Firefox 145, or later",
      fix: 'use module "simd", or start Node 20 with --experimental-wasm-relaxed-simd',
    });
  }
  const build = choice !== "simd" && relaxed ? "relaxed-simd" : "simd";
  // only the text of the one that runs is loaded
  const { hexadecimal } = await (build === "simd"
    ? import("./generated/simd.ts")
    : import("./generated/relaxed-simd.ts"));
  return { module: await WebAssembly.compile(bytesOf(hexadecimal)), build };
}
