/**
 * An engine that only draws: its tensors have shapes and no numbers. A model built on it shows what the real one would
 * take, before anything is taken: a file may claim any architecture, and only one that fits its weights is believed.
 */
import { createReferenceBackend } from "#kernels";
import { Engine } from "./engine.ts";

export function createBlueprintEngine(): Engine {
  const nothing = () => new Float32Array(0);
  return new Engine({ ...createReferenceBackend({ precision: "f32" }), allocate: nothing, reserve: nothing });
}
