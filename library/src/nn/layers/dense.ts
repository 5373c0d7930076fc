/**
 * A dense layer: every output sees every input.
 */
import { checkSettings, flag, oneOf, ShapeError, whole } from "#base";
import type { Rng, Shape } from "#base";
import { add, matmul } from "#engine";
import type { Engine, Parameter, Product, Rows, Tensor } from "#engine";
import { initializers, initialWeights } from "../initializers.ts";
import type { Initializer } from "../initializers.ts";
import type { Layer, LayerKind } from "../layer.ts";

export interface DenseDescription {
  type: "dense";
  /** How many outputs. */
  units: number;
  /** Whether a bias is added; default true. Ahead of a batch norm it would be without effect. */
  bias?: boolean;
  /** How the weights start; default heUniform. */
  initializer?: Initializer;
}

export interface DenseOptions {
  engine: Engine;
  rng: Rng | null;
  bias?: boolean;
  initializer?: Initializer;
}

/**
 * `y = x·W + b`
 *
 * Weights start uniform in ±√(6 / inFeatures), which keeps the variance of activations level through ReLU layers; biases
 * start at 0.
 *
 * Shapes: x [batch, inFeatures] → y [batch, outFeatures]; weight [inFeatures, outFeatures]; bias [outFeatures]
 *
 * @param inFeatures  numbers per sample going in, e.g. 784 for a flattened 28×28 digit
 * @param options.rng source of the starting weights, or null for zeros; the same generator gives the same layer
 * @throws {ShapeError} when x's last axis is not inFeatures
 * @see [He15] eq. 10
 * @example
 * new Dense(784, 128, { engine, rng }).forward(images).shape; // [32, 128]
 */
export class Dense<In extends number = number, Out extends number = number> implements Layer {
  readonly repeatable = true;
  readonly weight: Parameter<readonly [In, Out]>;
  readonly bias: Parameter<readonly [Out]> | null;
  readonly parameters: Record<string, Parameter>;
  readonly #inFeatures: In;
  readonly #outFeatures: Out;

  constructor(inFeatures: In, outFeatures: Out, { engine, rng, bias = true, initializer = "heUniform" }: DenseOptions) {
    this.#inFeatures = inFeatures;
    this.#outFeatures = outFeatures;
    const fans = { fanIn: inFeatures, fanOut: outFeatures };
    const values = rng === null ? 0 : initialWeights(initializer, { count: inFeatures * outFeatures, rng, ...fans });
    this.weight = engine.parameter(values, [inFeatures, outFeatures]);
    this.bias = bias ? engine.parameter(0, [outFeatures], { decays: false }) : null;
    this.parameters = this.bias ? { weight: this.weight, bias: this.bias } : { weight: this.weight };
  }

  outputShape(inputShape: Shape): Shape {
    if (inputShape.length !== 1 || inputShape[0] !== this.#inFeatures) {
      throw new ShapeError({
        op: "dense",
        problem: `this layer takes ${this.#inFeatures} numbers per sample`,
        shapes: { sample: inputShape },
        fix: inputShape.length > 1 ? 'put { "type": "flatten" } ahead of it' : undefined,
      });
    }
    return [this.#outFeatures];
  }

  forward<S extends Shape>(x: Tensor<S> & Rows<S, In>): Tensor<Product<S, readonly [In, Out]>> {
    const product = matmul<Shape, Shape>(x, this.weight);
    return (this.bias ? add<Shape, Shape>(product, this.bias) : product) as Tensor<Product<S, readonly [In, Out]>>;
  }

  flops(): number {
    return 2 * this.#inFeatures * this.#outFeatures + (this.bias ? this.#outFeatures : 0);
  }
}

export const dense: LayerKind<DenseDescription> = {
  type: "dense",
  build(description, { engine, inputShape, rng }) {
    const { units, ...options } = checkSettings("dense", description, {
      units: whole(1),
      bias: flag(true),
      initializer: oneOf(initializers, "heUniform"),
    });
    if (inputShape.length !== 1) {
      throw new ShapeError({
        op: "dense",
        problem: "a sample must be one row of numbers here",
        shapes: { sample: inputShape },
        fix: 'put { "type": "flatten" } ahead of it',
      });
    }
    return new Dense(inputShape[0], units, { engine, rng, ...options });
  },
};
