/** The error of a training whose loss is no longer a number. */
import { InklingError } from "#base";
import type { Tensor } from "#engine";
import type { Model } from "#nn";

/** The loss of a training is no longer finite. */
export class DivergenceError extends InklingError {
  override name = "DivergenceError";
  /** The update that would have come next, counted from 1. */
  readonly step: number;
  /** The first layer whose result is not finite, e.g. "layer 2 (dense)"; null when only the loss is not. */
  readonly layer: string | null;
  readonly loss: number;

  constructor({ step, layer, loss }: { step: number; layer: string | null; loss: number }) {
    super({
      op: "train",
      problem: `the loss became ${loss} at step ${step}${layer ? `; the first to overflow is ${layer}` : ""}`,
      want: "a finite loss",
      fix: "lower the learning rate, clip gradients (clipNorm: 1), or add a warm-up to the schedule",
    });
    this.step = step;
    this.layer = layer;
    this.loss = loss;
  }
}

/** The first layer of a list of results that holds a number which is not finite. */
export function firstOverflow(model: Model, activations: readonly Tensor[]): string | null {
  const index = activations.findIndex(({ data }) => !data.every(Number.isFinite));
  return index === -1 ? null : `layer ${index} (${model.architecture.layers[index]?.type ?? "custom"})`;
}
