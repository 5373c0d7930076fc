/** How good a model is on a data set it has not learnt from. */
import { SettingError } from "#base";
import type { ClassDataset, Dataset, ValueDataset } from "#data";
import type { Classifier, Model } from "#nn";
import { evaluateClasses } from "./class-evaluation.ts";
import type { ClassEvaluation } from "./class-evaluation.ts";
import { lossFor } from "./loss.ts";
import type { LossDescription } from "./loss.ts";
import { checkNames, checkSamples, namesOf } from "./samples.ts";
import { evaluateValues } from "./value-evaluation.ts";
import type { ValueEvaluation } from "./value-evaluation.ts";

/** What a model is worth, by the task of the data set. */
export type Evaluation = ClassEvaluation | ValueEvaluation;

export interface EvaluateOptions {
  /** Which loss is reported, without label smoothing; default: the usual one, as in training. */
  loss?: LossDescription;
}

/**
 * Lets a model judge every sample, without learning from any; or, of classes, whoever predicts as a model does.
 *
 * @throws {ShapeError} when the samples do not fit the model
 * @throws {SettingError} when the model has no logit for one of their classes, no number for one of their targets, when
 * it learnt classes or targets of other names, or the loss cannot compare what there is
 */
export function evaluate(model: Classifier, dataset: ClassDataset, options?: EvaluateOptions): Promise<ClassEvaluation>;
export function evaluate(model: Model, dataset: ValueDataset, options?: EvaluateOptions): Promise<ValueEvaluation>;
export function evaluate(model: Model | Classifier, dataset: Dataset, options?: EvaluateOptions): Promise<Evaluation>;
export async function evaluate(
  model: Model | Classifier,
  dataset: Dataset,
  { loss: description }: EvaluateOptions = {},
): Promise<Evaluation> {
  checkSamples("evaluate", model, dataset);
  if (dataset.task === "regression" && !("outputs" in model)) {
    throw new SettingError({
      op: "evaluate",
      problem: "the data have numbers to be predicted, and only classes are voted on",
      setting: "dataset.task",
      value: dataset.task,
      want: "one model by itself",
    });
  }
  const learnt = dataset.task === "classification" ? model.card.classNames : model.card.targetNames;
  if (learnt.length > 0) checkNames("evaluate", learnt, namesOf(dataset)); // a model made by hand names nothing
  const loss = lossFor(description, { model, dataset });
  return dataset.task === "classification"
    ? await evaluateClasses(model, dataset, loss)
    : await evaluateValues(model as Model, dataset, loss);
}
