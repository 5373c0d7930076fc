/**
 * An engine that only draws: its tensors have shapes and no numbers. A model built on it shows what the real one would
 * take, before anything is taken: a file may claim any architecture, and only one that fits its weights is believed.
 */
import { createBlankBackend } from "#kernels";
import { Engine } from "./engine.ts";

export function createBlueprintEngine(): Engine {
  return new Engine(createBlankBackend());
}
