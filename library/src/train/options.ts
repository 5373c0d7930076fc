/** What a training is told, and what is asked of it before the first step. */
import { checkSettings, fraction, nearest, number, optional, positive, SettingError, whole } from "#base";
import type { Rng } from "#base";
import type { AugmentationDescription, Dataset, Splits } from "#data";
import type { Penalty } from "#nn";
import type { OptimizerDescription, ScheduleDescription } from "#optim";
import type { EarlyStopping } from "./best-epoch.ts";
import type { LossDescription } from "./loss.ts";

/** A moving average of the weights, statistics and all, over the steps; the last ones count most. */
export interface AveragingDescription {
  /** The part of the average that is kept at each step, 0 to below 1, e.g. 0.999 for about the last thousand steps. */
  decay: number;
}

export interface TrainOptions {
  /** Samples to learn from; with validation samples, every epoch ends with a look at them. */
  data: Splits | Dataset;
  /** Samples per update. */
  batchSize: number;
  /** Passes over the training samples; they set the schedule's length. */
  epochs: number;
  optimizer: OptimizerDescription;
  /** Default: constant. */
  schedule?: ScheduleDescription;
  /**
   * Default: `meanSquaredError` for numbers, `binaryCrossEntropy` for two classes and a model that ends in one number,
   * otherwise `crossEntropy`.
   */
  loss?: LossDescription;
  /** A price on large weights, added to what is made small and not to the loss that is reported; default: none. */
  penalty?: Penalty;
  /** The length to which all gradients together are shortened, when they are longer; default: never. */
  clipNorm?: number;
  /** The length to which the incoming weights of a unit are shortened after each update; default: never. */
  maxNorm?: number;
  /** Default: none. With it, validation looks at the averages, and at its end the model holds them. */
  averaging?: AveragingDescription;
  /** Changes made to each training picture, anew each time, in this order; docs/augmentation.md shows them. */
  augmentation?: readonly AugmentationDescription[];
  /** Ends the training when the validation loss no longer falls; at the end, the weights are those of the best epoch. */
  earlyStopping?: EarlyStopping;
  /** Source of order, masks and changes to pictures. */
  rng: Rng;
  /** Ends the training after the step that is running. */
  signal?: AbortSignal;
  /** Ends it after so many updates in all; the schedule stays as it was. */
  stopAfter?: number;
  /** Steps between progress records; 0 (default): only epochs are reported. */
  reportEvery?: number;
  /** The bytes of a checkpoint to go on from. */
  checkpoint?: Uint8Array;
}

/** Whatever else an option's name may be, it is a mistake. */
const OPTIONS: Record<keyof TrainOptions, true> = {
  data: true,
  batchSize: true,
  epochs: true,
  optimizer: true,
  schedule: true,
  loss: true,
  penalty: true,
  clipNorm: true,
  maxNorm: true,
  averaging: true,
  augmentation: true,
  earlyStopping: true,
  rng: true,
  signal: true,
  stopAfter: true,
  reportEvery: true,
  checkpoint: true,
};

/** @throws {SettingError} when an option is unknown or a number out of range */
export function checkOptions(options: TrainOptions): void {
  const unknown = Object.keys(options).find((name) => !(name in OPTIONS));
  if (unknown !== undefined) {
    const near = nearest(unknown, Object.keys(OPTIONS));
    throw new SettingError({
      op: "train",
      problem: `nobody knows an option "${unknown}"`,
      setting: unknown,
      value: (options as unknown as Record<string, unknown>)[unknown],
      want: `only ${Object.keys(OPTIONS).join(", ")}`,
      fix: near === null ? undefined : `did you mean ${near}?`,
    });
  }
  if (typeof (options.rng as Rng | undefined)?.stream !== "function") {
    throw new SettingError({
      op: "train",
      problem: "there is no generator for order and masks",
      setting: "rng",
      value: null,
      got: typeof options.rng,
      want: "an Rng, from which the same training can be made again",
      fix: "rng: new Rng(1)",
    });
  }
  const { batchSize, epochs, clipNorm, maxNorm, stopAfter, reportEvery } = options;
  checkSettings(
    "train",
    { batchSize, epochs, clipNorm, maxNorm, stopAfter, reportEvery },
    {
      batchSize: whole(1),
      epochs: whole(1),
      clipNorm: optional(positive()),
      maxNorm: optional(positive()),
      stopAfter: optional(whole(0)),
      reportEvery: optional(whole(0)),
    },
  );
  const { penalty, averaging, earlyStopping } = options;
  if (penalty) checkSettings("penalty", penalty, { l1: number(0, Infinity, 0), l2: number(0, Infinity, 0) });
  if (averaging) checkSettings("averaging", averaging, { decay: fraction() });
  if (!earlyStopping) return;
  checkSettings("earlyStopping", earlyStopping, { patience: whole(1), minimumImprovement: number(0, Infinity, 0) });
  if ("training" in options.data && options.data.validation) return;
  throw new SettingError({
    op: "train",
    problem: "early stopping watches the validation loss, and there are no validation samples",
    setting: "earlyStopping",
    value: earlyStopping,
    fix: "keep some samples back for validation, or leave earlyStopping out",
  });
}

/** What a resumed training must share with the one that wrote the checkpoint, besides data and seed. */
export function choicesOf(options: TrainOptions): Record<string, unknown> {
  const { epochs, schedule, loss, penalty, clipNorm, maxNorm, averaging } = options;
  const { augmentation, earlyStopping, optimizer } = options;
  const { learningRate: _, ...otherSettings } = optimizer;
  return {
    epochs,
    schedule: schedule ?? null,
    loss: loss ?? null,
    penalty: penalty ?? null,
    clipNorm: clipNorm ?? null,
    maxNorm: maxNorm ?? null,
    averaging: averaging ?? null,
    augmentation: augmentation ?? null,
    earlyStopping: earlyStopping ?? null,
    optimizer: Object.fromEntries(Object.entries(otherSettings).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}
