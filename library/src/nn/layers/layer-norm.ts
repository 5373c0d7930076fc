/**
 * Layer normalisation as a layer: every sample is normalised by itself along its last axis, in training as in
 * evaluation. It needs no batch and keeps no averages.
 */
import { checkSettings, positive, sizeOf } from "#base";
import type { Shape } from "#base";
import { layerNorm as normalise } from "#engine";
import type { Engine, Parameter, Tensor } from "#engine";
import type { Layer, LayerKind } from "../layer.ts";

export interface LayerNormDescription {
  type: "layerNorm";
  /** Added to the variance before the root; default 1e-5. */
  epsilon?: number;
}

/**
 * `y = γ·(x − μ) / √(σ² + ε) + β`, with μ and σ² over the last axis of x
 *
 * Scale γ starts at 1 and shift β at 0; neither decays.
 *
 * Shapes: x [batch, …, features] → the same; scale and shift [features]
 *
 * @throws {ShapeError} when x's last axis is not `features`
 * @see [Ba16]
 */
export class LayerNorm implements Layer {
  readonly repeatable = true;
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly parameters: Record<string, Parameter>;
  readonly #epsilon: number;

  constructor(features: number, { engine, epsilon = 1e-5 }: LayerNormOptions) {
    this.scale = engine.parameter(1, [features], { decays: false });
    this.shift = engine.parameter(0, [features], { decays: false });
    this.parameters = { scale: this.scale, shift: this.shift };
    this.#epsilon = epsilon;
  }

  outputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  forward(x: Tensor): Tensor {
    return normalise(x, { scale: this.scale, shift: this.shift, epsilon: this.#epsilon });
  }

  /** Counted as four operations per number: for the mean, the variance, the scale and the shift. */
  flops(inputShape: Shape): number {
    return 4 * sizeOf(inputShape);
  }
}

interface LayerNormOptions {
  engine: Engine;
  epsilon?: number;
}

export const layerNorm: LayerKind<LayerNormDescription> = {
  type: "layerNorm",
  build(description, { engine, inputShape }) {
    const settings = checkSettings("layerNorm", description, { epsilon: positive(1e-5) });
    return new LayerNorm(inputShape[inputShape.length - 1] ?? 1, { engine, ...settings });
  },
};
