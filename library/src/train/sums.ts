/**
 * How the running epoch goes: sums over the samples seen so far, from which its records take their means. They are part
 * of a checkpoint, so that a resumed epoch reports what it would have reported.
 */
import type { Dataset } from "#data";
import { absoluteErrorSum, binaryPredictions, countRight, predictionsOf } from "#nn";

export interface Sums {
  /** Σ loss·samples. */
  lossSum: number;
  /** Samples whose class was right. */
  right: number;
  /** Σ over samples of the mean over targets of |y − t|, in own units. */
  absoluteError: number;
  /** Samples. */
  seen: number;
}

export const NOTHING_SEEN: Readonly<Sums> = { lossSum: 0, right: 0, absoluteError: 0, seen: 0 };

/** What a batch adds. @param batch.results [samples × outputs] @param batch.loss its mean loss */
export function addBatch(
  sums: Sums,
  dataset: Dataset,
  { loss, results, targets }: { loss: number; results: ArrayLike<number>; targets: ArrayLike<number> },
): void {
  const samples = dataset.task === "classification" ? targets.length : targets.length / dataset.targetNames.length;
  sums.lossSum += loss * samples;
  sums.seen += samples;
  if (dataset.task === "regression") {
    sums.absoluteError += absoluteErrorSum(results, targets, dataset.targetUnits);
  } else {
    const outputs = results.length / samples;
    sums.right += countRight(targets, outputs === 1 ? binaryPredictions(results) : predictionsOf(results, outputs));
  }
}

/** The means of what was seen; each is null where the task does not have it. */
export function meansOf(
  { lossSum, right, absoluteError, seen }: Sums,
  { task }: Dataset,
): { loss: number; accuracy: number | null; meanAbsoluteError: number | null } {
  return {
    loss: lossSum / seen,
    accuracy: task === "classification" ? right / seen : null,
    meanAbsoluteError: task === "regression" ? absoluteError / seen : null,
  };
}
