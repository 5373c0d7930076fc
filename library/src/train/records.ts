/**
 * Training is a story, told once, in plain records. The terminal draws them, a page draws them, a notebook plots them, a
 * test collects them, a file keeps them.
 */

/** Within an epoch, every so many steps. */
export interface ProgressRecord {
  kind: "progress";
  /** The epoch that is running, counted from 1. */
  epoch: number;
  /** Updates made, and planned in all. */
  step: number;
  steps: number;
  /** Mean loss of this epoch so far, in nats for classes, on the batches as they came. */
  loss: number;
  /** The part of this epoch's samples so far that was right, 0–1; null for regression. */
  accuracy: number | null;
  /** How far off this epoch's predictions were so far, in the targets' own units; null for classification. */
  meanAbsoluteError: number | null;
  /** The loss of the last batch. */
  batchLoss: number;
  /** Of the last update. */
  learningRate: number;
  /** Samples seen since the training began. */
  samples: number;
}

/** After each epoch. */
export interface EpochRecord extends Omit<ProgressRecord, "kind" | "batchLoss"> {
  kind: "epoch";
  /** On the validation samples; null without any, and where the task does not have them. */
  validationLoss: number | null;
  validationAccuracy: number | null;
  validationMeanAbsoluteError: number | null;
}

/** Once, last. */
export interface EndRecord {
  kind: "end";
  epoch: number;
  step: number;
  steps: number;
  /** All steps were made; the signal was raised; `stopAfter` was reached; the validation loss no longer fell. */
  reason: "finished" | "aborted" | "stopped" | "early";
}

export type TrainingRecord = ProgressRecord | EpochRecord | EndRecord;
