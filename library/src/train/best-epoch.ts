/**
 * Early stopping: the validation loss of an epoch is a vote on its weights. The best ones are kept, and when none better
 * come for a while, the training ends with them.
 */
import type { Floats } from "#kernels";
import type { Model } from "#nn";

export interface EarlyStopping {
  /** Epochs without a better validation loss after which training ends, at least 1. */
  patience: number;
  /** A loss counts as better when it is lower by more than this; default 0. */
  minimumImprovement?: number;
}

/** How long the best epoch is past: plain data, part of a checkpoint. */
export interface Waiting {
  /** The best validation loss so far. */
  best: number | null;
  /** Epochs since. */
  waited: number;
}

/** The best epoch so far. */
export class BestEpoch {
  /** All of the model's tensors by name, as they were then; null before the first. */
  weights: ReadonlyMap<string, Floats> | null = null;
  readonly #model: Model;
  readonly #settings: EarlyStopping;

  constructor(model: Model, settings: EarlyStopping) {
    this.#model = model;
    this.#settings = settings;
  }

  /** Takes the weights of the epoch that has just ended, if they are the best; otherwise one more was waited. */
  note(waiting: Waiting, validationLoss: number): void {
    const limit = waiting.best === null ? Infinity : waiting.best - (this.#settings.minimumImprovement ?? 0);
    // a loss that is no number is not below anything
    if (validationLoss < limit) {
      waiting.best = validationLoss;
      waiting.waited = 0;
      this.weights = new Map([...this.#model.tensors()].map(([name, { data }]) => [name, data.slice()]));
    } else {
      waiting.waited++;
    }
  }

  waitedEnough({ waited }: Waiting): boolean {
    return waited >= this.#settings.patience;
  }

  /** Puts the best weights back into the model, if there are any. */
  restore(): void {
    if (this.weights === null) return;
    for (const [name, tensor] of this.#model.tensors()) tensor.data.set(this.weights.get(name) as Floats);
  }
}
