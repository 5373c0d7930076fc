/** Numbers in memory and what is computed with them: every kernel twice, readable and fast. */
export { createBlankBackend, createFastBackend, loadReferenceBackend } from "./backend.ts";
export type { Backend, FastOptions, Host } from "./backend.ts";
export type { Floats } from "./floats.ts";
export type { Kernels } from "./kernels.ts";
export type { Windows } from "./windows.ts";
export { LinearMemory, SCRATCH_BYTES } from "./memory.ts";
export type { ModuleChoice, ModuleName } from "./module.ts";
export type { Call, Job } from "./program.ts";
export { createReferenceBackend } from "./reference-backend.ts";
export * as reference from "./reference/index.ts";
export type { WorkerStart } from "./thread.ts";
export { serve } from "./threads.ts";
export type { Spawn } from "./threads.ts";
export { flopsOf } from "./work.ts";
