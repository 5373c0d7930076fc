/**
 * Inkling: a neural network you can see through. This is the main door; deeper ones are `inkling/nn`, `/optim`, `/data`,
 * `/train`, `/formats` and `/digits`.
 */
export {
  FormatError,
  InklingError,
  MemoryError,
  nearest,
  PlatformError,
  Rng,
  SettingError,
  ShapeError,
  sizeOf,
} from "#base";
export type { RngState, Shape } from "#base";
export * from "#engine";
export { hashWeights, loadModel, readModelFile, saveModel } from "#formats";
export { AveragedViews, buildModel, Ensemble, formatSummary, Model, shiftViews, summarize } from "#nn";
export type { Architecture, Classifier, Layer, LayerDescription, ModelCard, Predictions } from "#nn";
export { clipGradients, Optimizer } from "#optim";
export type { OptimizerDescription, ScheduleDescription } from "#optim";
export {
  augmented,
  calibrate,
  DivergenceError,
  evaluate,
  fitRefusal,
  learningRateRange,
  readCheckpoint,
  train,
} from "#train";
export type {
  Calibration,
  ClassEvaluation,
  Evaluation,
  LossDescription,
  Training,
  TrainingRecord,
  TrainOptions,
  ValueEvaluation,
} from "#train";
