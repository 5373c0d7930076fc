/**
 * How good a model of two classes is, when one of them, class 1, is what one looks for: the ill among all, the spam in
 * the mail. Accuracy says little where class 1 is rare; these figures do not look at the many right zeros.
 */
import { exp, log } from "#base";
import { classScores } from "./metrics.ts";

/** The class of each sample, from the logits of class 1: 1 where its probability is above ½. */
export function binaryPredictions(logits: ArrayLike<number>): Int32Array {
  return Int32Array.from(logits, (logit) => (logit > 0 ? 1 : 0));
}

export interface BinaryScore {
  /** How likely a sample of class 1 has a higher score than one of class 0, 0–1; null without samples of both. */
  areaUnderCurve: number | null;
  /** The part of the samples called 1 that are; null when none was. */
  precision: number | null;
  /** The part of the samples of class 1 that were called so; null without any. */
  recall: number | null;
  /** Harmonic mean of the two; null where either is missing. */
  f1: number | null;
  /** The probability of class 1 above which a sample is called 1. */
  threshold: number;
}

/** The figures of class 1, from the counts [label][prediction] and a score of each sample that grows with p₁. */
export function binaryScore(
  confusion: readonly (readonly number[])[],
  { labels, scores }: { labels: ArrayLike<number>; scores: ArrayLike<number> },
): BinaryScore {
  const { accuracy: recall, precision, f1 } = classScores(confusion)[1];
  return { areaUnderCurve: areaUnderCurve(labels, scores), precision, recall, f1, threshold: 0.5 };
}

/**
 * The area under the ROC curve, without the curve: samples are ranked by score, 1 the lowest, equal scores sharing the
 * mean of their ranks. Then, with n₁ and n₀ samples of the classes,
 *
 * `area = (Σ ranks of class 1 − n₁·(n₁ + 1)/2) / (n₁·n₀)`
 *
 * which counts the pairs of one sample each that stand in the right order, a tie as half a pair.
 *
 * @returns 0–1; ½ for scores that know nothing; null when all samples are of one class, or a score is no number
 * @see [Hanley82]
 */
export function areaUnderCurve(labels: ArrayLike<number>, scores: ArrayLike<number>): number | null {
  for (let sample = 0; sample < labels.length; sample++) if (Number.isNaN(scores[sample])) return null;
  const order = Array.from({ length: labels.length }, (_, sample) => sample).toSorted((a, b) => scores[a] - scores[b]);
  let ones = 0;
  let ranks = 0;
  for (let begin = 0, end = 0; begin < order.length; begin = end) {
    while (end < order.length && scores[order[end]] === scores[order[begin]]) end++;
    const tied = order.slice(begin, end).filter((sample) => labels[sample] === 1).length;
    ones += tied;
    ranks += (tied * (begin + 1 + end)) / 2; // ranks begin + 1 … end
  }
  const zeros = labels.length - ones;
  return ones === 0 || zeros === 0 ? null : (ranks - (ones * (ones + 1)) / 2) / (ones * zeros);
}

/** Mean −ln p(label) over all samples, in nats, from logits of class 1: `max(x, 0) − x·t + ln(1 + e^−|x|)`. */
export function meanBinaryCrossEntropy(logits: ArrayLike<number>, labels: ArrayLike<number>): number {
  let total = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    const logit = logits[sample];
    total += Math.max(logit, 0) - logit * labels[sample] + log(1 + exp(-Math.abs(logit)));
  }
  return total / labels.length;
}
