/** Flatten: a sample of any shape becomes one row of numbers. Nothing moves in memory. */
import { checkSettings, sizeOf } from "#base";
import type { Shape } from "#base";
import { reshape } from "#engine";
import type { Tensor } from "#engine";
import type { Layer, LayerKind } from "../layer.ts";

export interface FlattenDescription {
  type: "flatten";
}

/** Shapes: x [batch, …] → [batch, product of the rest] */
export class Flatten implements Layer {
  readonly repeatable = true;
  outputShape(inputShape: Shape): Shape {
    return [sizeOf(inputShape)];
  }

  forward(x: Tensor): Tensor {
    return reshape(x, [x.shape[0], sizeOf(x.shape.slice(1))]);
  }
}

export const flatten: LayerKind<FlattenDescription> = {
  type: "flatten",
  build(description) {
    checkSettings("flatten", description, {});
    return new Flatten();
  },
};
