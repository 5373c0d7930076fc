/**
 * A convolutional layer: each filter is a small pattern that is looked for at every place of the picture; its output is
 * a picture of where it was found.
 */
import { checkSettings, flag, oneOf, whole } from "#base";
import type { Rng, Shape } from "#base";
import { add, conv2d as convolve, conv2dOp } from "#engine";
import type { Engine, Parameter, Stride, Tensor } from "#engine";
import { initializers, initialWeights } from "../initializers.ts";
import type { Initializer } from "../initializers.ts";
import type { Layer, LayerKind } from "../layer.ts";
import { bothOf, checkPicture, drawn, paddingChoice, pair, resolvePadding } from "../windows.ts";
import type { PaddingChoice, Pair } from "../windows.ts";

export interface Conv2dDescription {
  type: "conv2d";
  /** How many patterns are looked for: the channels of the result. */
  filters: number;
  /** Height and width of a filter, as one number or two. */
  size: Pair;
  /** Pixels from one place to the next, down and to the right; default 1. */
  stride?: Pair;
  /** "valid": none. "same": as much as keeps the size, at stride 1. Or so many pixels on every side. Default "valid". */
  padding?: PaddingChoice;
  /** Whether a bias is added; default true. Ahead of a batch norm it would be without effect. */
  bias?: boolean;
  /** How the weights start; default heUniform. */
  initializer?: Initializer;
}

export interface Conv2dOptions {
  engine: Engine;
  rng: Rng | null;
  size: Pair;
  stride?: Pair;
  padding?: PaddingChoice;
  bias?: boolean;
  initializer?: Initializer;
}

/**
 * `y[i, j, f] = Σ_a Σ_b Σ_c x[i·stride + a, j·stride + b, c] · W[a, b, c, f] + b[f]`
 *
 * Weights start uniform in ±√(6 / (height·width·channels)): a filter sees that many numbers. Biases start at 0.
 *
 * Shapes: x [batch, height, width, channels] → y [batch, out height, out width, filters];
 *         weight [filter height, filter width, channels, filters]; bias [filters]
 *
 * @throws {ShapeError} when the pictures have other channels, or are smaller than the filters
 * @see [LeCun98], [He15] eq. 10
 * @example
 * new Conv2d(1, 8, { engine, rng, size: 3, padding: "same" }).outputShape([28, 28, 1]); // [28, 28, 8]
 */
export class Conv2d implements Layer {
  readonly repeatable = true;
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly parameters: Record<string, Parameter>;
  readonly #size: Stride;
  readonly #stride: Stride;
  readonly #padding: PaddingChoice;

  constructor(channels: number, filters: number, options: Conv2dOptions) {
    const { engine, rng, size, stride = 1, padding = "valid", bias = true, initializer = "heUniform" } = options;
    this.#size = bothOf(size);
    this.#stride = bothOf(stride);
    this.#padding = padding;
    const [height, width] = this.#size;
    const shape = [height, width, channels, filters];
    const fans = { fanIn: height * width * channels, fanOut: height * width * filters };
    const values = rng === null ? 0 : initialWeights(initializer, { count: fans.fanIn * filters, rng, ...fans });
    this.weight = engine.parameter(values, shape);
    this.bias = bias ? engine.parameter(0, [filters], { decays: false }) : null;
    this.parameters = this.bias ? { weight: this.weight, bias: this.bias } : { weight: this.weight };
  }

  outputShape(inputShape: Shape): Shape {
    checkPicture("conv2d", inputShape);
    return conv2dOp.shape([drawn([1, ...inputShape]), this.weight], this.#walk(inputShape)).slice(1);
  }

  forward(x: Tensor): Tensor {
    const y = convolve(x, this.weight, this.#walk(x.shape.slice(1)));
    return this.bias ? add<Shape, Shape>(y, this.bias) : y;
  }

  flops(inputShape: Shape): number {
    const [height, width, filters] = this.outputShape(inputShape);
    const products = this.weight.size / filters;
    return height * width * filters * (2 * products + (this.bias ? 1 : 0));
  }

  #walk(inputShape: Shape) {
    const stride = this.#stride;
    return { stride, padding: resolvePadding(this.#padding, inputShape, this.#size, stride) };
  }
}

export const conv2d: LayerKind<Conv2dDescription> = {
  type: "conv2d",
  build(description, { engine, inputShape, rng }) {
    const { filters, ...options } = checkSettings("conv2d", description, {
      filters: whole(1),
      size: pair(),
      stride: pair(1),
      padding: paddingChoice(),
      bias: flag(true),
      initializer: oneOf(initializers, "heUniform"),
    });
    checkPicture("conv2d", inputShape);
    return new Conv2d(inputShape[2], filters, { engine, rng, ...options });
  },
};
