/** Tensors, their operations and their gradients. */
export { apply } from "./apply.ts";
export { createBlueprintEngine } from "./blueprint.ts";
export { createEngine, Engine } from "./engine.ts";
export type { EngineOptions, Values } from "./engine.ts";
export type { Op, View } from "./op.ts";
export * from "./ops/index.ts";
export type { Product, Rows } from "./static-shape.ts";
export { Plan } from "./plan/plan.ts";
export type { PlanDescription, PlanEntry, PlanOptions } from "./plan/plan.ts";
export { pixels } from "./plan/pixels.ts";
export type { PixelSettings } from "./plan/pixels.ts";
export { alike } from "./plan/recording.ts";
export type { Recording } from "./plan/recording.ts";
export { Parameter, Tensor } from "./tensor.ts";
export type { Origin } from "./tensor.ts";
export type { LooseWalk, Padding, Pooling, Stride, Walk } from "./windows.ts";
