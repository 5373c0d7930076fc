/**
 * Activation functions as layers. Without one of them between two dense layers, both together would be a single
 * straight map, and depth would buy nothing.
 */
import { checkSettings, sizeOf } from "#base";
import type { Shape } from "#base";
import { relu as applyRelu, sigmoid as applySigmoid, softmax as applySoftmax, tanh as applyTanh } from "#engine";
import type { Tensor } from "#engine";
import type { Layer, LayerKind } from "../layer.ts";

export interface ActivationDescription<Type extends string = string> {
  type: Type;
}

/** A function of each number, or of each row, as a layer. Shapes: x any → the same. */
export class Activation implements Layer {
  readonly #apply: (x: Tensor) => Tensor;

  constructor(apply: (x: Tensor) => Tensor) {
    this.#apply = apply;
  }

  outputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  forward(x: Tensor): Tensor {
    return this.#apply(x);
  }

  /** Counted as one operation per number, whatever the function. */
  flops(inputShape: Shape): number {
    return sizeOf(inputShape);
  }
}

function activation<Type extends string>(
  type: Type,
  apply: (x: Tensor) => Tensor,
): LayerKind<ActivationDescription<Type>> {
  return {
    type,
    build(description) {
      checkSettings(type, description, {});
      return new Activation(apply);
    },
  };
}

export const relu: LayerKind<ActivationDescription<"relu">> = activation("relu", applyRelu);
export const sigmoid: LayerKind<ActivationDescription<"sigmoid">> = activation("sigmoid", applySigmoid);
export const tanh: LayerKind<ActivationDescription<"tanh">> = activation("tanh", applyTanh);
export const softmax: LayerKind<ActivationDescription<"softmax">> = activation("softmax", applySoftmax);
