/**
 * How good a classifier is, and how sure we may be of that. Pure functions of labels, predictions and probabilities.
 */
import { exp, log } from "#base";

/** The place of the largest number in each row of logits [samples × classes]; of equal ones the first. */
export function predictionsOf(logits: ArrayLike<number>, classes: number): Int32Array {
  const predictions = new Int32Array(logits.length / classes);
  for (let sample = 0; sample < predictions.length; sample++) {
    const row = sample * classes;
    let best = 0;
    for (let label = 1; label < classes; label++) if (logits[row + label] > logits[row + best]) best = label;
    predictions[sample] = best;
  }
  return predictions;
}

/** How many predictions are the label. */
export function countRight(labels: ArrayLike<number>, predictions: ArrayLike<number>): number {
  let right = 0;
  for (let sample = 0; sample < labels.length; sample++) if (predictions[sample] === labels[sample]) right++;
  return right;
}

/** Counts [label][prediction]: rows are what it was, columns what the model said. */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] {
  const matrix = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let sample = 0; sample < labels.length; sample++) matrix[labels[sample]][predictions[sample]]++;
  return matrix;
}

export interface ClassScore {
  label: number;
  /** How many samples have this label. */
  samples: number;
  /** The part of them that was recognised (recall); null without samples. */
  accuracy: number | null;
  /** The part of the predictions of this class that was right; null when it was never predicted. */
  precision: number | null;
  /** Harmonic mean of the two; null where either is missing. */
  f1: number | null;
}

/** How well each class is recognised, from the counts of a confusion matrix. */
export function classScores(confusion: readonly (readonly number[])[]): ClassScore[] {
  return confusion.map((row, label) => {
    const right = row[label];
    const samples = row.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, other) => sum + other[label], 0);
    const accuracy = samples === 0 ? null : right / samples;
    const precision = predicted === 0 ? null : right / predicted;
    const f1 = accuracy === null || precision === null ? null : (2 * right) / (samples + predicted);
    return { label, samples, accuracy, precision, f1 };
  });
}

/**
 * The 95 % interval of an accuracy of `right` out of `samples`, as [low, high] in 0–1.
 *
 * `(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)`, with z = 1.96
 *
 * @see [Wilson27]
 */
export function wilsonInterval(right: number, samples: number): [low: number, high: number] {
  const z = 1.959964; // 97.5 % of a normal distribution lie below
  const p = right / samples;
  const middle = p + (z * z) / (2 * samples);
  const margin = z * Math.sqrt((p * (1 - p)) / samples + (z * z) / (4 * samples * samples));
  const scale = 1 + (z * z) / samples;
  return [Math.max(0, (middle - margin) / scale), Math.min(1, (middle + margin) / scale)];
}

/** Mean −ln p(label) over all samples, in nats, from logits [samples × classes]: `ln Σⱼ e^xⱼ − x_label`. */
export function meanCrossEntropy(logits: ArrayLike<number>, labels: ArrayLike<number>): number {
  const samples = labels.length;
  const classes = logits.length / samples;
  let total = 0;
  for (let sample = 0; sample < samples; sample++) {
    const row = sample * classes;
    let largest = -Infinity;
    for (let label = 0; label < classes; label++) largest = Math.max(largest, logits[row + label]);
    let sum = 0;
    for (let label = 0; label < classes; label++) sum += exp(logits[row + label] - largest);
    total += largest + log(sum) - logits[row + labels[sample]];
  }
  return total / samples;
}
