/**
 * Whoever says of samples which class they are of. A model does; so do several models that vote, and a model that looks
 * at a sample from several sides. What can be asked of one can be asked of all.
 */
import { log } from "#base";
import type { Shape } from "#base";
import type { Values } from "#engine";
import { binaryPredictions } from "./binary-metrics.ts";
import { probabilitiesAt } from "./calibration.ts";
import type { ModelCard } from "./card.ts";
import { predictionsOf } from "./metrics.ts";

/** What is said of some samples. */
export interface Predictions {
  /** The most probable class of each sample. */
  predictions: Int32Array;
  /** [samples × classes], row by row; each row adds up to 1. Calibrated, if the card says a temperature. */
  probabilities: Float32Array;
  /** [samples × outputs], what softmax was taken of; one a sample for a model whose only logit is that of class 1. */
  logits: Float32Array;
  /**
   * How far each sample is beyond what the model knows: it refuses those above 0. Null for a model that answers whatever
   * it is shown. Predictions and probabilities say what it would have answered.
   */
  strangeness: Float32Array | null;
}

export interface PredictOptions {
  /** How many classes there are; default: as many as the model's card names. Two share one logit, where there is one. */
  classes?: number;
}

/** Whoever predicts classes as a `Model` does. */
export interface Classifier {
  /** The shape of one sample. */
  readonly architecture: { readonly input: Shape };
  /** The shape of one sample's logits. */
  readonly outputShape: Shape;
  card: ModelCard;
  predict(x: Values, options?: PredictOptions): Predictions;
}

/** ln of less is taken to be ln of this, the smallest number that f32 holds in full: a logit has to be finite. */
const SMALLEST = 1.1754943508222875e-38;

/**
 * What several answers about the same samples say together: the mean of their probabilities. Its logits are `ln p`, of
 * which softmax makes p again; for two classes that share a logit, `ln p₁ − ln p₀`. Of strangeness too they say the mean,
 * if all of them can say it.
 *
 * @param answers     one at a time, so that they need not all be there at once
 * @param temperature what these logits are divided by
 */
export function meanPrediction(answers: Iterable<Predictions>, temperature: number): Predictions {
  let sums = new Float64Array();
  let strangeness: Float64Array | null = null;
  let count = 0;
  let [samples, outputs] = [0, 0];
  for (const { predictions, probabilities, logits, strangeness: own } of answers) {
    if (count === 0) {
      sums = new Float64Array(probabilities.length);
      strangeness = new Float64Array(predictions.length);
    }
    if (own === null) strangeness = null;
    own?.forEach((value, sample) => strangeness && (strangeness[sample] += value));
    for (let index = 0; index < sums.length; index++) sums[index] += probabilities[index];
    count++;
    samples = predictions.length;
    outputs = logits.length / samples;
  }
  const means = Float32Array.from(sums, (sum) => sum / count);
  const nats = (p: number) => log(Math.max(p, SMALLEST));
  const isBinary = outputs === 1 && means.length === 2 * samples;
  const logits = isBinary
    ? Float32Array.from({ length: samples }, (_, at) => nats(means[2 * at + 1]) - nats(means[2 * at]))
    : Float32Array.from(means, nats);
  const predictions = isBinary ? binaryPredictions(logits) : predictionsOf(means, outputs);
  const meanStrangeness = strangeness && Float32Array.from(strangeness, (sum) => sum / count);
  const said = { predictions, logits, strangeness: meanStrangeness };
  if (temperature === 1) return { ...said, probabilities: means };
  return { ...said, probabilities: Float32Array.from(probabilitiesAt(temperature, { logits, samples })) };
}
