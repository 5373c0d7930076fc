/**
 * What a training makes small: how far the network's results are from what they should be, as one number a batch. Which
 * numbers can be compared is a matter of the task: logits with classes, or results with targets.
 */
import { checkSettings, fraction, positive, SettingError, sizeOf } from "#base";
import type { Dataset } from "#data";
import { binaryCrossEntropy, crossEntropy, huber, meanSquaredError, reshape } from "#engine";
import type { Tensor, Values } from "#engine";
import { meanBinaryCrossEntropy, meanCrossEntropy, meanHuber, meanSquare } from "#nn";
import type { Classifier } from "#nn";

/** A logit for each class, through softmax. */
export interface CrossEntropyDescription {
  type: "crossEntropy";
  /** The part of the target that is spread over all classes, 0 to below 1; default 0. */
  labelSmoothing?: number;
}

/** One logit for two classes, that of class 1, through the logistic function. */
export interface BinaryCrossEntropyDescription {
  type: "binaryCrossEntropy";
  /** The part of the target that is spread over both classes, 0 to below 1; default 0. */
  labelSmoothing?: number;
}

/** Numbers against numbers, far ones pulling hard. */
export interface MeanSquaredErrorDescription {
  type: "meanSquaredError";
}

/** Numbers against numbers, far ones pulling no harder than those at the distance delta: outliers count less. */
export interface HuberDescription {
  type: "huber";
  /** Where the square turns into a straight line, in the units that the network learns, above 0; default 1. */
  delta?: number;
}

/** A loss as plain data. */
export type LossDescription =
  | CrossEntropyDescription
  | BinaryCrossEntropyDescription
  | MeanSquaredErrorDescription
  | HuberDescription;

/** A loss with its settings. */
export interface Loss {
  /**
   * The mean over a batch, to be sent backwards.
   *
   * Shapes: results [batch, outputs], targets [batch] for classes (their numbers), else [batch · outputs] → []
   */
  ofBatch(results: Tensor, targets: Tensor): Tensor;
  /** The mean over a whole data set, from the same numbers in ordinary arrays; nothing is smoothed. */
  ofAll(results: Values, targets: Values): number;
}

const types = ["crossEntropy", "binaryCrossEntropy", "meanSquaredError", "huber"] as const;

/**
 * The loss of a description.
 *
 * @throws {SettingError} when the type is unknown or a setting out of range
 */
export function buildLoss(description: LossDescription): Loss {
  switch (description.type) {
    case "crossEntropy": {
      const settings = checkSettings("loss", description, { labelSmoothing: fraction(0) });
      return { ofBatch: (logits, labels) => crossEntropy(logits, labels, settings), ofAll: meanCrossEntropy };
    }
    case "binaryCrossEntropy": {
      const settings = checkSettings("loss", description, { labelSmoothing: fraction(0) });
      return {
        ofBatch: (logits, labels) => binaryCrossEntropy(logits, shapedLike(logits, labels), settings),
        ofAll: meanBinaryCrossEntropy,
      };
    }
    case "meanSquaredError": {
      checkSettings("loss", description, {});
      return {
        ofBatch: (results, targets) => meanSquaredError(results, shapedLike(results, targets)),
        ofAll: meanSquare,
      };
    }
    case "huber": {
      const settings = checkSettings("loss", description, { delta: positive(1) });
      return {
        ofBatch: (results, targets) => huber(results, shapedLike(results, targets), settings),
        ofAll: (results, targets) => meanHuber(results, targets, settings.delta),
      };
    }
    default: {
      const { type } = description as { type: string };
      throw new SettingError({
        op: "loss",
        problem: `nobody knows a loss "${type}"`,
        setting: "loss.type",
        value: type,
        want: `one of ${types.join(", ")}`,
      });
    }
  }
}

/** The targets in the shape of the results. */
function shapedLike(results: Tensor, targets: Tensor): Tensor {
  return reshape(targets, results.shape);
}

/**
 * The loss for a model and its data: the one that is asked for, if it fits them, or the usual one.
 *
 * @throws {SettingError} when it is unknown, a setting is out of range, or it cannot compare what there is
 */
export function lossFor(
  description: LossDescription | undefined,
  { model, dataset }: { model: Pick<Classifier, "outputShape">; dataset: Dataset },
): Loss {
  const outputs = sizeOf(model.outputShape);
  const asked = description ?? usualLoss(dataset, outputs);
  const loss = buildLoss(asked);
  checkFit(asked.type, dataset, outputs);
  return loss;
}

function usualLoss(dataset: Dataset, outputs: number): LossDescription {
  if (dataset.task === "regression") return { type: "meanSquaredError" };
  return { type: dataset.classNames.length === 2 && outputs === 1 ? "binaryCrossEntropy" : "crossEntropy" };
}

function checkFit(type: LossDescription["type"], dataset: Dataset, outputs: number): void {
  const refuse = (problem: string, want: string, fix: string): never => {
    throw new SettingError({ op: "loss", problem, setting: "loss.type", value: type, want, fix });
  };
  const comparesClasses = type === "crossEntropy" || type === "binaryCrossEntropy";
  if (dataset.task === "regression") {
    if (!comparesClasses) return;
    refuse(
      `${type} compares logits with classes, and the data have numbers to be predicted`,
      "meanSquaredError or huber",
      "leave the loss out: it is meanSquaredError then",
    );
  } else if (!comparesClasses) {
    refuse(
      `${type} compares numbers with numbers, and the data have classes`,
      "crossEntropy, or binaryCrossEntropy for two classes and one logit",
      "leave the loss out: it follows from the data and the model then",
    );
  } else if (type === "binaryCrossEntropy" && dataset.classNames.length !== 2) {
    refuse(
      `binaryCrossEntropy tells two classes apart, and the data have ${dataset.classNames.length}`,
      "crossEntropy",
      'say { "type": "crossEntropy" }, or leave the loss out',
    );
  } else if (type === "binaryCrossEntropy" && outputs !== 1) {
    refuse(
      `binaryCrossEntropy takes one logit, that of class 1, and the model ends in ${outputs} numbers`,
      "crossEntropy, or a model that ends in one number",
      'say { "type": "crossEntropy" }, or let the last layer be { "type": "dense", "units": 1 }',
    );
  } else if (type === "crossEntropy" && outputs === 1) {
    refuse(
      "crossEntropy weighs one logit against others, and the model ends in one number",
      "binaryCrossEntropy for two classes, or a model with a logit for each class",
      'for two classes say { "type": "binaryCrossEntropy" }, or let the last layer be { "type": "dense", "units": 2 }',
    );
  }
}
