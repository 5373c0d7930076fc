/**
 * Does a classifier know how sure it may be? Of all it calls with 90 %, nine in ten should be right. Networks that have
 * learnt their samples well are mostly too sure, and one number mends most of it: all logits are divided by a temperature
 * before the softmax,
 *
 * `p = softmax(x / T)`
 *
 * which changes no answer, for the largest logit stays the largest, only how far it stands out. T is fitted to samples
 * that the network has not learnt from.
 *
 * @see [Guo17] section 4.2
 */
import { exp, SettingError, ShapeError } from "#base";

/** Samples whose predictions were about as sure as each other. */
export interface ReliabilityBin {
  /** Above which confidence the bin begins and up to which it goes, 0–1. */
  low: number;
  high: number;
  samples: number;
  /** How sure they were in the mean, 0–1; null without samples. */
  confidence: number | null;
  /** The part of them that was right, 0–1; null without samples. */
  accuracy: number | null;
}

/** What was said of some samples. */
interface Said {
  predictions: ArrayLike<number>;
  /** [samples × classes] */
  probabilities: ArrayLike<number>;
}

/**
 * The reliability table: samples sorted into equally wide bins by how sure the model was of its prediction. Where it
 * knows its limits, confidence and accuracy agree in every bin.
 *
 * @param bins how many, default 15
 * @see [Guo17] section 2
 */
export function reliability(labels: ArrayLike<number>, said: Said, bins = 15): ReliabilityBin[] {
  return sumsOf(labels, said, bins).map(({ samples, confidence, right }, bin) => ({
    low: bin / bins,
    high: (bin + 1) / bins,
    samples,
    confidence: samples === 0 ? null : confidence / samples,
    accuracy: samples === 0 ? null : right / samples,
  }));
}

/**
 * Expected calibration error, 0–1: in each bin of the reliability table, how far is the mean confidence from the part
 * that was right? The mean over all samples.
 *
 * @see [Guo17] equation 3
 */
export function calibrationError(labels: ArrayLike<number>, said: Said, bins = 15): number {
  const gaps = sumsOf(labels, said, bins).map(({ confidence, right }) => Math.abs(confidence - right));
  return gaps.reduce((sum, gap) => sum + gap, 0) / labels.length;
}

/** Of each bin: how many samples, the sum of their confidences, and how many were right. */
function sumsOf(labels: ArrayLike<number>, { predictions, probabilities }: Said, bins: number) {
  const classes = probabilities.length / labels.length;
  const sums = Array.from({ length: bins }, () => ({ samples: 0, confidence: 0, right: 0 }));
  for (let sample = 0; sample < labels.length; sample++) {
    const confidence = probabilities[sample * classes + predictions[sample]];
    const sum = sums[Math.min(bins - 1, Math.floor(confidence * bins)) || 0]; // what is no number spoils the first bin
    sum.samples++;
    sum.confidence += confidence;
    if (predictions[sample] === labels[sample]) sum.right++;
  }
  return sums;
}

/** The coldest and the warmest temperature that are looked at: beyond, softmax says the same about everything. */
const COLDEST = 0.02;
const WARMEST = 50;
/** Newton's method doubles the digits each time; halving a bracket, where it would leave it, takes as many steps at most. */
const MOST_STEPS = 60;

/**
 * The temperature at which the labels are most likely, `p = softmax(x / T)`: the mean of −ln p(label) is smallest. In
 * b = 1/T it is convex, with the slope and the curvature
 *
 *   f'(b) = mean of Σⱼ pⱼ·xⱼ − x_label        f''(b) = mean of the variance of x under p, at least 0
 *
 * so that Newton's method, held within a bracket, finds the one place where the slope is 0.
 *
 * @param logits [samples × classes], or [samples] where one logit tells two classes apart, that of class 1
 * @param labels of samples that the model has not learnt from
 * @returns above 0; below 1 for a model that was too modest. 1 when every prediction was right: such samples say
 *          nothing of how often it errs
 * @throws {ShapeError} when there are no samples, or logits that are not as many for each
 * @throws {SettingError} when a logit is no finite number
 */
export function fitTemperature(logits: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkLogits(logits, labels.length);
  const rows = rowsOf(logits, labels.length);
  let [low, high] = [1 / WARMEST, 1 / COLDEST];
  // the colder, the likelier: no prediction was wrong
  if (slopeAt(high, rows, labels).slope <= 0) return 1;
  if (slopeAt(low, rows, labels).slope >= 0) return WARMEST;
  let inverse = 1;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { slope, curvature } = slopeAt(inverse, rows, labels);
    if (slope < 0) low = inverse;
    else high = inverse;
    const newton = inverse - slope / curvature;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - inverse) <= 1e-12 * inverse) return 1 / next;
    inverse = next;
  }
  return 1 / inverse;
}

function checkLogits(logits: ArrayLike<number>, samples: number): void {
  const op = "fitTemperature";
  if (samples === 0 || logits.length === 0 || logits.length % samples !== 0) {
    throw new ShapeError({
      op,
      problem: "there are not as many logits for each label",
      shapes: { logits: [logits.length], labels: [samples] },
      want: "logits [samples × classes] for labels [samples], of one sample at least",
    });
  }
  for (let index = 0; index < logits.length; index++) {
    if (Number.isFinite(logits[index])) continue;
    const problem = `a logit of sample ${Math.floor((index * samples) / logits.length)} is no finite number`;
    throw new SettingError({ op, problem, setting: "logits", value: logits[index], want: "finite numbers" });
  }
}

interface Rows {
  values: ArrayLike<number>;
  classes: number;
}

/** Logits with one for each class: that of class 0 is 0 where there is only that of class 1. */
function rowsOf(logits: ArrayLike<number>, samples: number): Rows {
  const classes = logits.length / samples;
  if (classes > 1) return { values: logits, classes };
  return { values: Float64Array.from({ length: 2 * samples }, (_, at) => (at % 2) * logits[at >> 1]), classes: 2 };
}

/**
 * The probabilities of logits, `softmax(x / T)`, computed in f64: [samples × classes].
 *
 * @param logits [samples × classes], or [samples] where one logit tells two classes apart
 */
export function probabilitiesAt(
  temperature: number,
  { logits, samples }: { logits: ArrayLike<number>; samples: number },
): Float64Array {
  const { values, classes } = rowsOf(logits, samples);
  const probabilities = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += classes) {
    let largest = -Infinity;
    for (let label = 0; label < classes; label++) largest = Math.max(largest, values[row + label]);
    let sum = 0;
    for (let label = 0; label < classes; label++) {
      sum += probabilities[row + label] = exp((values[row + label] - largest) / temperature);
    }
    for (let label = 0; label < classes; label++) probabilities[row + label] /= sum;
  }
  return probabilities;
}

/** First and second derivative of the mean of −ln p(label) for p = softmax(inverse · x). */
function slopeAt(inverse: number, { values, classes }: Rows, labels: ArrayLike<number>) {
  let slope = 0;
  let curvature = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    const row = sample * classes;
    let largest = -Infinity;
    for (let label = 0; label < classes; label++) largest = Math.max(largest, values[row + label]);
    // moments of the logits' distances below the largest, so that no exponent overflows
    let [weight, first, second] = [0, 0, 0];
    for (let label = 0; label < classes; label++) {
      const below = values[row + label] - largest;
      const share = exp(inverse * below);
      weight += share;
      first += share * below;
      second += share * below * below;
    }
    const mean = first / weight;
    slope += mean - (values[row + labels[sample]] - largest);
    curvature += second / weight - mean * mean;
  }
  return { slope: slope / labels.length, curvature: curvature / labels.length };
}
