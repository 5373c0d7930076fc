/**
 * Calibration of a model: the temperature that makes it as sure as it may be, found on samples that it has not learnt
 * from, and written on its card. Predictions stay what they are.
 *
 * @see [Guo17]
 */
import { SettingError } from "#base";
import type { ClassDataset } from "#data";
import { calibrationError, fitTemperature, meanBinaryCrossEntropy, meanCrossEntropy, probabilitiesAt } from "#nn";
import type { Classifier } from "#nn";
import { answersTo } from "./class-evaluation.ts";
import { checkNames, checkSamples } from "./samples.ts";

export interface Calibration {
  /** What the logits are divided by from now on. */
  temperature: number;
  /** At temperature 1: how far confidence is from accuracy, 0–1, and the mean cross entropy in nats. */
  before: { calibrationError: number; loss: number };
  /** At the temperature that was found, on the same samples. */
  after: { calibrationError: number; loss: number };
}

/**
 * Finds a model's temperature and writes it on its card, so that `model.predict` gives calibrated probabilities and its
 * file keeps them. What several models say together is calibrated in the same way, beyond their own temperatures.
 *
 * @param dataset samples that the model has not learnt from, such as those held out for validation; a thousand or more
 *                tell it well. Learnt samples would say that it never errs
 * @throws {ShapeError} when the samples do not fit the model
 * @throws {SettingError} when they are of other classes than it learnt, or a logit is no finite number
 * @example
 * const { before, after } = await calibrate(model, data);
 */
export async function calibrate(model: Classifier, dataset: ClassDataset): Promise<Calibration> {
  const { labels, length: samples } = dataset;
  if ((dataset.task as string) !== "classification") {
    throw new SettingError({
      op: "calibrate",
      problem: "a temperature is for the probabilities of classes, and the data have numbers to be predicted",
      setting: "dataset.task",
      value: dataset.task,
      want: '"classification"',
    });
  }
  checkSamples("calibrate", model, dataset);
  if (model.card.classNames.length > 0) checkNames("calibrate", model.card.classNames, dataset.classNames);
  const { predictions, logits } = await answersTo(model, dataset);
  const temperature = fitTemperature(logits, labels);
  const lossOf = logits.length === samples ? meanBinaryCrossEntropy : meanCrossEntropy;
  const at = (t: number) => ({
    calibrationError: calibrationError(labels, {
      predictions,
      probabilities: probabilitiesAt(t, { logits, samples }),
    }),
    loss: lossOf(
      Float64Array.from(logits, (logit) => logit / t),
      labels,
    ),
  });
  model.card = { ...model.card, temperature };
  return { temperature, before: at(1), after: at(temperature) };
}
