/**
 * A model's card: what it is for, and what has to be done to a sample before it and to a result after it. All of it is
 * plain JSON, so that it travels in the model's file, and whoever has the file can use the model.
 */
import type { TableEncoding, Unit } from "#base";

export interface ModelCard {
  /** Whether the results are about classes, or numbers to be taken as they are. */
  task: "classification" | "regression";
  /** The name of each class, in the order of the logits; none for regression. */
  classNames: readonly string[];
  /** The name of each number of a result; none for classification. */
  targetNames: readonly string[];
  /** How each of them becomes a number of its own scale again: result · deviation + mean; none for classification. */
  targetUnits: readonly Unit[];
  /**
   * How a picture's bytes become inputs, intensity = byte · scale; how a table's row does, for models of tables; and whether
   * inputs are mostly 0, as those were that it learnt from, so that a first dense layer looks at the others only.
   */
  preprocessing: { scale: number; table: TableEncoding | null; mostlyZero?: boolean };
  /**
   * What logits are divided by before they become probabilities, 0.001 to 1000; 1 for a model that nobody has calibrated.
   * @see [Guo17]
   */
  temperature: number;
  /** The choices that the model was trained with, or null. */
  recipe: unknown;
  /** What the generator of its training was made from, or null. */
  seed: number | null;
  /** One record an epoch. */
  history: readonly unknown[];
  /** Where its weights come from, or null. */
  origin: ModelOrigin | null;
}

/** What made a model's weights, so that they can be made again and compared. */
export interface ModelOrigin {
  /** The program's commit; null where that is not known. */
  commit: string | null;
  /** The build of the kernels that computed them; null for the readable ones. */
  module: string | null;
  /** Their hash, as `hashWeights` computes it. */
  weights: string;
}

/** The card of a model that nobody has trained yet. */
export function blankCard(): ModelCard {
  return {
    task: "classification",
    classNames: [],
    targetNames: [],
    targetUnits: [],
    preprocessing: { scale: 1 / 255, table: null },
    temperature: 1,
    recipe: null,
    seed: null,
    history: [],
    origin: null,
  };
}
