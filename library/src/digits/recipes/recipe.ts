/**
 * A recipe: every choice of a training, as data that can be printed, changed in one place and stored with its result.
 *
 * What a recipe leaves out is left to the person who runs it: the seed, the threads, where the data lies.
 */
import type { AugmentationDescription } from "#data";
import type { Architecture, Penalty } from "#nn";
import type { OptimizerDescription, ScheduleDescription } from "#optim";
import type { AveragingDescription, EarlyStopping, LossDescription, TrainOptions } from "#train";

export interface Recipe {
  name: string;
  /** One line: what it is and what to expect of it. */
  summary: string;
  /** What it was made for: the handwritten digits, rows of a table, or pictures of any other kind. */
  data: "mnist" | "table" | "images";
  architecture: Architecture;
  /** Its learningRate is the schedule's peak. */
  optimizer: OptimizerDescription;
  schedule: ScheduleDescription;
  /** Samples per step. */
  batchSize: number;
  epochs: number;
  /** Default: what suits the task; for classes cross entropy, without label smoothing. */
  loss?: LossDescription;
  /** A price on large weights. Default: none. */
  penalty?: Penalty;
  /** The largest L2 norm that all gradients together may have; longer ones are shortened. Default: no limit. */
  clipNorm?: number;
  /** The length that a unit's incoming weights may have; longer ones are shortened after each step. Default: no limit. */
  maxNorm?: number;
  /** Judges and keeps a moving average of the weights. Default: the weights themselves. */
  averaging?: AveragingDescription;
  /** Changes to the training pictures, in this order. Default: none. */
  augmentation?: AugmentationDescription[];
  /** Ends the training early, by the validation loss. Default: never. */
  earlyStopping?: EarlyStopping;
}

/** What `train` needs to know of a recipe: `train(model, { ...trainingOf(recipe), data, rng })`. */
export function trainingOf(recipe: Recipe): Omit<TrainOptions, "data" | "rng"> {
  const { name: _, summary: __, data: ___, architecture: ____, ...choices } = recipe;
  return choices;
}
