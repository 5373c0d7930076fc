/** How good a classifier is: what it got right, what it took for what, and whether it knows its limits. */
import type { ClassDataset } from "#data";
import {
  binaryScore,
  calibrationError,
  classScores,
  confusionMatrix,
  countRight,
  probabilitiesAt,
  reliability,
  wilsonInterval,
} from "#nn";
import type { BinaryScore, Classifier, ClassScore, Predictions, ReliabilityBin } from "#nn";
import type { Loss } from "./loss.ts";
import { portionsOf } from "./portions.ts";
import { isBinary } from "./samples.ts";

export interface ClassEvaluation {
  task: "classification";
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
  /** Of two classes, how well class 1 is found; null for more. */
  binary: BinaryScore | null;
  /** Expected calibration error over 15 bins, 0–1. @see [Guo17] */
  calibrationError: number;
  /** The same of the logits as they are, before the temperature of the model's card. */
  uncalibratedError: number;
  /** The table that it is read off: how sure the model was, and how often it was right. */
  reliability: ReliabilityBin[];
  /** Mean cross entropy, in nats, of the logits as they are: the temperature of the model's card has no part in it. */
  loss: number;
  /**
   * What refusing comes to: how many samples were refused, and which part of the others was right, null when none is left.
   * All other figures count every sample as if it had been answered. Null for a model that answers whatever it is shown.
   */
  refusal: { refused: number; accuracy: number | null } | null;
  /** What the model said about each sample. */
  predictions: Int32Array;
  /** [samples × classes] */
  probabilities: Float32Array;
  /** How strange each sample is; above 0 it was refused. Null for a model that answers whatever it is shown. */
  strangeness: Float32Array | null;
}

export async function evaluateClasses(model: Classifier, dataset: ClassDataset, loss: Loss): Promise<ClassEvaluation> {
  const { labels, classNames, length } = dataset;
  const { predictions, probabilities, logits, strangeness } = await answersTo(model, dataset);
  const outputs = logits.length / length;
  const classes = probabilities.length / length;
  const right = countRight(labels, predictions);
  const confusion = confusionMatrix(labels, predictions, classes);
  const isOfTwo = classNames.length === 2 && classes === 2;
  return {
    task: "classification",
    samples: length,
    accuracy: right / length,
    wrong: length - right,
    interval: wilsonInterval(right, length),
    confusion,
    perClass: classScores(confusion),
    binary: isOfTwo ? binaryScore(confusion, { labels, scores: scoresOf(logits, outputs) }) : null,
    calibrationError: calibrationError(labels, { predictions, probabilities }),
    uncalibratedError: calibrationError(labels, {
      predictions,
      probabilities: probabilitiesAt(1, { logits, samples: length }),
    }),
    reliability: reliability(labels, { predictions, probabilities }),
    loss: loss.ofAll(logits, labels),
    refusal: strangeness && refusalOf(strangeness, { labels, predictions }),
    predictions,
    probabilities,
    strangeness,
  };
}

/** What is said of all samples, some at a time. */
export async function answersTo(model: Classifier, dataset: ClassDataset): Promise<Predictions> {
  const { classNames, length } = dataset;
  const [outputs] = model.outputShape;
  const classes = isBinary(model, dataset) ? 2 : outputs;
  const predictions = new Int32Array(length);
  const probabilities = new Float32Array(length * classes);
  const logits = new Float32Array(length * outputs);
  let strangeness: Float32Array | null = new Float32Array(length);
  for await (const { inputs, begin } of portionsOf(dataset)) {
    const part = model.predict(inputs, { classes: classNames.length });
    predictions.set(part.predictions, begin);
    probabilities.set(part.probabilities, begin * classes);
    logits.set(part.logits, begin * outputs);
    if (part.strangeness === null) strangeness = null;
    else strangeness?.set(part.strangeness, begin);
  }
  return { predictions, probabilities, logits, strangeness };
}

function refusalOf(
  strangeness: Float32Array,
  { labels, predictions }: { labels: ArrayLike<number>; predictions: ArrayLike<number> },
): NonNullable<ClassEvaluation["refusal"]> {
  let [refused, right] = [0, 0];
  strangeness.forEach((value, sample) => {
    if (value > 0) refused++;
    else if (predictions[sample] === labels[sample]) right++;
  });
  const answered = strangeness.length - refused;
  return { refused, accuracy: answered === 0 ? null : right / answered };
}

/** How far each sample leans to class 1: its only logit, or its lead; unlike probabilities they never meet at 1. */
function scoresOf(logits: Float32Array, outputs: number): ArrayLike<number> {
  if (outputs === 1) return logits;
  return Float64Array.from({ length: logits.length / 2 }, (_, sample) => logits[2 * sample + 1] - logits[2 * sample]);
}
