/** Learning and judging: the loop, its records, evaluation, checkpoints. */
export { readCheckpoint } from "./checkpoint.ts";
export type { CheckpointHeader } from "./checkpoint.ts";
export { DivergenceError } from "./divergence.ts";
export { evaluate } from "./evaluate.ts";
export type { Evaluation } from "./evaluate.ts";
export type { EndRecord, EpochRecord, ProgressRecord, TrainingRecord } from "./records.ts";
export { train } from "./train.ts";
export type { EarlyStopping, LossDescription, Training, TrainOptions } from "./train.ts";
