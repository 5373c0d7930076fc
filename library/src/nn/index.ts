/** Layers, models and what they are judged by. */
export { buildLayers, layerTypes } from "./architecture.ts";
export type { Architecture, Draft, LayerDescription } from "./architecture.ts";
export { areaUnderCurve, binaryPredictions, binaryScore, meanBinaryCrossEntropy } from "./binary-metrics.ts";
export type { BinaryScore } from "./binary-metrics.ts";
export { calibrationError, fitTemperature, probabilitiesAt, reliability } from "./calibration.ts";
export type { ReliabilityBin } from "./calibration.ts";
export type { ModelCard, ModelOrigin } from "./card.ts";
export type { Classifier, PredictOptions, Predictions } from "./classifier.ts";
export { Ensemble } from "./ensemble.ts";
export { featuresOf } from "./features.ts";
export { fitArchitecture } from "./fit.ts";
export { initializers, initialWeights } from "./initializers.ts";
export type { Initializer } from "./initializers.ts";
export type { Layer, LayerKind, Pass, Site } from "./layer.ts";
export { Activation } from "./layers/activation.ts";
export { BatchNorm } from "./layers/batch-norm.ts";
export { Conv2d } from "./layers/conv2d.ts";
export { Dense } from "./layers/dense.ts";
export { Dropout } from "./layers/dropout.ts";
export { Flatten } from "./layers/flatten.ts";
export { AveragePool2d, GlobalAveragePool2d, MaxPool2d } from "./layers/pool2d.ts";
export { Residual } from "./layers/residual.ts";
export { LayerNorm } from "./layers/layer-norm.ts";
export {
  classScores,
  confusionMatrix,
  countRight,
  meanCrossEntropy,
  predictionsOf,
  wilsonInterval,
} from "./metrics.ts";
export type { ClassScore } from "./metrics.ts";
export { buildModel, Model } from "./model.ts";
export type { ForwardOptions } from "./model.ts";
export { weightPenalty } from "./penalty.ts";
export type { Penalty } from "./penalty.ts";
export { buildHead, Refusal } from "./refusal.ts";
export type { RefusalSettings } from "./refusal.ts";
export { formatSummary, summarize } from "./summary.ts";
export type { LayerSummary, ModelSummary } from "./summary.ts";
export { absoluteErrorSum, inOwnUnits, meanHuber, meanSquare, valueScores } from "./value-metrics.ts";
export type { ValueScore } from "./value-metrics.ts";
export { AveragedViews, shiftViews } from "./views.ts";
export type { View } from "./views.ts";
