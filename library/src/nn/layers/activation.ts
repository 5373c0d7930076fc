/**
 * Activation functions as layers. Without one of them between two dense layers, both together would be a single
 * straight map, and depth would buy nothing.
 */
import { checkSettings, number, sizeOf } from "#base";
import type { Field, Shape } from "#base";
import {
  elu as applyElu,
  gelu as applyGelu,
  leakyRelu as applyLeakyRelu,
  relu as applyRelu,
  sigmoid as applySigmoid,
  softmax as applySoftmax,
  tanh as applyTanh,
} from "#engine";
import type { Tensor } from "#engine";
import type { Layer, LayerKind } from "../layer.ts";

export interface ActivationDescription<Type extends string = string> {
  type: Type;
}

export interface LeakyReluDescription extends ActivationDescription<"leakyRelu"> {
  /** Of the part below 0; default 0.01. */
  slope?: number;
}

export interface EluDescription extends ActivationDescription<"elu"> {
  /** The part below 0 levels off at −alpha; at least 0, default 1. */
  alpha?: number;
}

/** A function of each number, or of each row, as a layer. Shapes: x any → the same. */
export class Activation implements Layer {
  readonly repeatable = true;
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

/** A kind of layer from a function, whose settings are checked by `fields`. */
function activation<Description extends { type: string }, Settings extends Record<string, unknown>>(
  type: Description["type"],
  apply: (x: Tensor, settings: Settings) => Tensor,
  fields: { [Name in keyof Settings]: Field<Settings[Name]> },
): LayerKind<Description> {
  return {
    type,
    build(description) {
      const settings = checkSettings(type, description, fields) as Settings;
      return new Activation((x) => apply(x, settings));
    },
  };
}

export const relu: LayerKind<ActivationDescription<"relu">> = activation("relu", applyRelu, {});
export const leakyRelu: LayerKind<LeakyReluDescription> = activation("leakyRelu", applyLeakyRelu, {
  slope: number(-Infinity, Infinity, 0.01),
});
export const elu: LayerKind<EluDescription> = activation("elu", applyElu, { alpha: number(0, Infinity, 1) });
export const gelu: LayerKind<ActivationDescription<"gelu">> = activation("gelu", applyGelu, {});
export const sigmoid: LayerKind<ActivationDescription<"sigmoid">> = activation("sigmoid", applySigmoid, {});
export const tanh: LayerKind<ActivationDescription<"tanh">> = activation("tanh", applyTanh, {});
export const softmax: LayerKind<ActivationDescription<"softmax">> = activation("softmax", applySoftmax, {});
