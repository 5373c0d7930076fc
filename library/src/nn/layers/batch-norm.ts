/**
 * Batch normalisation as a layer: in training it normalises by the batch and keeps running averages of what it saw; in
 * evaluation it normalises by these averages, so that a sample's answer does not depend on its company.
 */
import { checkSettings, positive, number, ShapeError, sizeOf } from "#base";
import type { Shape } from "#base";
import { batchNorm as normalise, batchNormEvaluation } from "#engine";
import type { Engine, Parameter, Tensor } from "#engine";
import type { Layer, LayerKind, Pass } from "../layer.ts";

export interface BatchNormDescription {
  type: "batchNorm";
  /** How much of each new batch enters the running averages, 0 to 1; default 0.1. */
  momentum?: number;
  /** Added to the variance before the root; default 1e-5. */
  epsilon?: number;
}

/**
 * `y = γ·(x − μ) / √(σ² + ε) + β`
 *
 * Scale γ starts at 1 and shift β at 0; neither decays. The running variance takes the unbiased variance of each batch,
 * Σ(x − μ)² / (n − 1), as PyTorch does; [Ioffe15] algorithm 2 does so too.
 *
 * Shapes: x [batch, …, channels] → the same; scale, shift and both running averages [channels]
 *
 * @throws {ShapeError} in training when there is but one row, whose variance is 0
 * @see [Ioffe15]
 */
export class BatchNorm implements Layer {
  readonly repeatable = true;
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly parameters: Record<string, Parameter>;
  readonly statistics: Record<string, Tensor>;
  readonly #momentum: number;
  readonly #epsilon: number;

  constructor(channels: number, { engine, momentum = 0.1, epsilon = 1e-5 }: BatchNormOptions) {
    this.scale = engine.parameter(1, [channels], { decays: false });
    this.shift = engine.parameter(0, [channels], { decays: false });
    this.mean = engine.lasting(0, [channels]);
    this.variance = engine.lasting(1, [channels]);
    this.parameters = { scale: this.scale, shift: this.shift };
    this.statistics = { mean: this.mean, variance: this.variance };
    this.#momentum = momentum;
    this.#epsilon = epsilon;
  }

  outputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  /** Two rows have a variance; a picture has as many rows of channels as pixels. */
  smallestBatch(inputShape: Shape): number {
    return sizeOf(inputShape.slice(0, -1)) > 1 ? 1 : 2;
  }

  forward(x: Tensor, { training }: Pass): Tensor {
    const { scale, shift, mean, variance } = this;
    const epsilon = this.#epsilon;
    if (!training) return batchNormEvaluation(x, { scale, shift, mean, variance, epsilon });

    const rows = x.size / scale.size;
    if (rows < 2) {
      throw new ShapeError({
        op: "batchNorm",
        problem: "a batch of one row has no variance to learn from",
        shapes: { x: x.shape },
        want: "at least two rows in training",
        fix: "use a larger batch size, one that does not leave a last batch of one",
      });
    }
    const batch = normalise(x, { scale, shift, epsilon });
    x.engine.perform({
      name: "runningAverage",
      tensors: [mean, variance, batch.mean, batch.variance],
      callsKernels: true,
      perform: (kernels) => {
        kernels.runningAverage(mean.data, batch.mean.data, this.#momentum, 1);
        kernels.runningAverage(variance.data, batch.variance.data, this.#momentum, rows / (rows - 1));
      },
    });
    return batch.output;
  }

  flops(inputShape: Shape): number {
    return 2 * sizeOf(inputShape);
  }
}

interface BatchNormOptions {
  engine: Engine;
  momentum?: number;
  epsilon?: number;
}

export const batchNorm: LayerKind<BatchNormDescription> = {
  type: "batchNorm",
  build(description, { engine, inputShape }) {
    const settings = checkSettings("batchNorm", description, { momentum: number(0, 1, 0.1), epsilon: positive(1e-5) });
    return new BatchNorm(inputShape[inputShape.length - 1] ?? 1, { engine, ...settings });
  },
};
