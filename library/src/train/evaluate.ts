/** How good a model is on a data set it has not learnt from. */
import type { ClassDataset } from "#data";
import { calibrationError, classScores, confusionMatrix, countRight, meanCrossEntropy, wilsonInterval } from "#nn";
import type { ClassScore, Model } from "#nn";
import { platform } from "#platform";
import { checkSamples } from "./samples.ts";

export interface Evaluation {
  samples: number;
  /** The part that was right, 0–1. */
  accuracy: number;
  /** How many were wrong. */
  wrong: number;
  /** 95 % interval of the accuracy. @see [Wilson27] */
  interval: [low: number, high: number];
  /** Counts, [label][prediction]. */
  confusion: number[][];
  perClass: ClassScore[];
  /** Expected calibration error over 15 bins, 0–1. @see [Guo17] */
  calibrationError: number;
  /** Mean cross entropy, in nats. */
  loss: number;
  /** What the model said about each sample. */
  predictions: Int32Array;
  /** [samples × classes] */
  probabilities: Float32Array;
}

/** Samples between two moments at which the host may do something else. */
const SAMPLES_BETWEEN_PAUSES = 2000;

/**
 * Lets a model judge every sample, without learning from any.
 *
 * @throws {ShapeError} when the samples do not fit the model
 * @throws {SettingError} when the model has no logit for one of their classes
 */
export async function evaluate(model: Model, dataset: ClassDataset): Promise<Evaluation> {
  checkSamples("evaluate", model, dataset);
  const size = dataset.inputs.length / dataset.length;
  const { labels } = dataset;
  const predictions = new Int32Array(dataset.length);
  const [classes] = model.outputShape;
  const probabilities = new Float32Array(dataset.length * classes);
  const logits = new Float32Array(dataset.length * classes);
  for (let begin = 0; begin < dataset.length; begin += SAMPLES_BETWEEN_PAUSES) {
    const part = model.predict(dataset.inputs.subarray(begin * size, (begin + SAMPLES_BETWEEN_PAUSES) * size));
    predictions.set(part.predictions, begin);
    probabilities.set(part.probabilities, begin * classes);
    logits.set(part.logits, begin * classes);
    await platform.pause();
  }
  const right = countRight(labels, predictions);
  const confusion = confusionMatrix(labels, predictions, classes);
  return {
    samples: dataset.length,
    accuracy: right / dataset.length,
    wrong: dataset.length - right,
    interval: wilsonInterval(right, dataset.length),
    confusion,
    perClass: classScores(confusion),
    calibrationError: calibrationError(labels, { predictions, probabilities }),
    loss: meanCrossEntropy(logits, labels),
    predictions,
    probabilities,
  };
}
