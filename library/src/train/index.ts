/** Learning and judging: the loop, its records, evaluation, checkpoints. */
export type { EarlyStopping } from "./best-epoch.ts";
export { calibrate } from "./calibrate.ts";
export type { Calibration } from "./calibrate.ts";
export { readCheckpoint } from "./checkpoint.ts";
export type { CheckpointHeader } from "./checkpoint.ts";
export type { ClassEvaluation } from "./class-evaluation.ts";
export { DivergenceError } from "./divergence.ts";
export { evaluate } from "./evaluate.ts";
export type { EvaluateOptions, Evaluation } from "./evaluate.ts";
export { fitRefusal } from "./fit-refusal.ts";
export type { RefusalOptions } from "./fit-refusal.ts";
export type { LossDescription } from "./loss.ts";
export type { AveragingDescription, TrainOptions } from "./options.ts";
export type { EndRecord, EpochRecord, ProgressRecord, TrainingRecord } from "./records.ts";
export { train } from "./train.ts";
export type { Training } from "./train.ts";
export type { ValueEvaluation } from "./value-evaluation.ts";
