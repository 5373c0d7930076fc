/** Dropout as a layer: active in training only; in evaluation it is the identity. */
import { checkSettings, fraction, SettingError } from "#base";
import type { Shape } from "#base";
import { dropout as putOut } from "#engine";
import type { Tensor } from "#engine";
import type { Layer, LayerKind, Pass } from "../layer.ts";

export interface DropoutDescription {
  type: "dropout";
  /** The part of the numbers that is put out in training, 0 to below 1. */
  rate: number;
}

/** Shapes: x any → the same. @see [Srivastava14] */
export class Dropout implements Layer {
  readonly repeatable = true;
  readonly #rate: number;

  constructor(rate: number) {
    this.#rate = checkSettings("dropout", { rate }, { rate: fraction() }).rate;
  }

  outputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  /** @throws {SettingError} in training when the pass has no random numbers */
  forward(x: Tensor, { training, rng, step }: Pass): Tensor {
    if (!training || this.#rate === 0) return x;
    if (rng === null) {
      throw new SettingError({
        op: "dropout",
        problem: "a training pass with dropout needs random numbers",
        setting: "rng",
        value: null,
        fix: "hand a generator in: model.forward(x, { training: true, rng, step })",
      });
    }
    return putOut(x, { rate: this.#rate, key: rng.stream("dropout").key, step });
  }
}

export const dropout: LayerKind<DropoutDescription> = {
  type: "dropout",
  build: (description) => new Dropout(checkSettings("dropout", description, { rate: fraction() }).rate),
};
