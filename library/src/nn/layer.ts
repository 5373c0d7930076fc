/**
 * The contract of a layer: it owns parameters, knows what shape it makes of a sample, and computes.
 *
 * A layer is a class with these members, ours or a user's. A layer *kind* is how a layer is called by name in an
 * architecture: plain data in, a layer out.
 */
import type { Rng, Shape } from "#base";
import type { Engine, Parameter, Tensor } from "#engine";

/** What a forward pass may depend on besides its input. */
export interface Pass {
  /** Whether the network is learning: batch norm uses the batch's statistics, dropout puts units out. */
  readonly training: boolean;
  /** The random numbers of this pass; only dropout asks, and only in training. */
  readonly rng: Rng | null;
  /** The number of the training step; random masks are a function of it. */
  readonly step: number;
}

export interface Layer {
  /** What training changes, by name. */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** What training merely measures, such as running means, by name. */
  readonly statistics?: Readonly<Record<string, Tensor>>;
  /**
   * True when `forward` makes the same operations each time, on the same parameters: it reads no numbers along the way,
   * draws none of its own, does not count, and hands the pass's step to nothing but operations that know of steps. What it
   * does besides (a running average) goes through `engine.perform`. A model of such layers is computed by plans; one with
   * another layer operation by operation, and slower.
   */
  readonly repeatable?: boolean;
  /** The shape of one sample after this layer, given its shape before; the batch axis is not part of either. */
  outputShape(inputShape: Shape): Shape;
  /**
   * y for x; both have the batch as their first axis.
   *
   * Training and prediction record what a `repeatable` layer does and repeat that.
   */
  forward(x: Tensor, pass: Pass): Tensor;
  /** The fewest samples that it can learn from at a time; a layer that says nothing takes one. */
  smallestBatch?(inputShape: Shape): number;
  /** Floating-point operations of one sample's forward pass; a layer that says nothing counts as 0. */
  flops?(inputShape: Shape): number;
  /** How an architecture names it, where it was not built from one: plain data. Its `type` leads to its kind when a file is read. */
  readonly description?: { readonly type: string };
}

/** What a layer may use when it is built. */
export interface Site {
  readonly engine: Engine;
  /** The shape of one sample as it arrives here. */
  readonly inputShape: Shape;
  /** Source of the starting weights, a stream of this layer's own; null when they will be filled in from a file. */
  readonly rng: Rng | null;
  /** Builds layers that lie within this one, for the same input shape; `name` is the setting that lists them. */
  chain: (name: string, layers: readonly { type: string }[], rng: Rng | null) => Layer[];
}

/** A layer by name: checks its description, and builds it. */
export interface LayerKind<Description extends { type: string }> {
  readonly type: Description["type"];
  build(description: Description, site: Site): Layer;
}
