/**
 * The batches of a training: which samples come at a step, as tensors, changed a little where that was asked for. All of
 * it is a function of (seed, step), so a training that goes on from a step meets the batch that it would have met.
 */
import { sizeOf } from "#base";
import type { Rng } from "#base";
import { augment, batchCount, epochOrder, gatherSamples, targetWidth } from "#data";
import type { AugmentationDescription, Dataset } from "#data";
import type { Tensor } from "#engine";
import type { Model } from "#nn";

export interface Batch {
  /** [samples, ...input], for the step that is running. */
  inputs: Tensor;
  /** Class numbers, one a sample; or standardised targets, row by row. */
  targets: Float32Array;
}

export class Batches {
  /** How many an epoch has. */
  readonly perEpoch: number;
  readonly #model: Model;
  readonly #dataset: Dataset;
  readonly #batchSize: number;
  readonly #augmentation: readonly AugmentationDescription[];
  readonly #streams: { shuffle: Rng; augment: Rng };
  #order: { epoch: number; samples: Uint32Array } | null = null;

  constructor(
    model: Model,
    {
      dataset,
      batchSize,
      augmentation = [],
      rng,
    }: { dataset: Dataset; batchSize: number; augmentation?: readonly AugmentationDescription[]; rng: Rng },
  ) {
    this.perEpoch = batchCount(dataset.length, batchSize);
    this.#model = model;
    this.#dataset = dataset;
    this.#batchSize = batchSize;
    this.#augmentation = augmentation;
    this.#streams = { shuffle: rng.stream("shuffle"), augment: rng.stream("augment") };
  }

  /** The batch of a step, counted from 0 over all epochs. */
  at(step: number): Batch {
    const { engine, architecture, card } = this.#model;
    const dataset = this.#dataset;
    const epoch = Math.floor(step / this.perEpoch);
    if (this.#order?.epoch !== epoch) {
      this.#order = { epoch, samples: epochOrder(dataset.length, this.#streams.shuffle, epoch) };
    }
    const begin = (step % this.perEpoch) * this.#batchSize;
    const end = Math.min(begin + this.#batchSize, dataset.length);
    const count = end - begin;
    const size = sizeOf(architecture.input);
    const targets = new Float32Array(count * targetWidth(dataset));
    const inputs = engine.zeros([count, ...architecture.input]);
    const isPixels = dataset.inputs instanceof Uint8Array;
    const into = isPixels ? engine.reserveBytes(count * size) : inputs.data;
    gatherSamples(dataset, this.#order.samples, { begin, end, into, targetsInto: targets });
    if (isPixels) engine.kernels.pixels(into as Uint8Array, inputs.data, card.preprocessing.scale);
    return { inputs: this.#augmented(inputs, step), targets };
  }

  #augmented(images: Tensor, step: number): Tensor {
    if (this.#augmentation.length === 0) return images;
    const { engine, architecture } = this.#model;
    const changed = engine.zeros(images.shape);
    augment(engine.kernels, this.#augmentation, {
      images: images.data,
      target: changed.data,
      count: images.shape[0],
      inputShape: architecture.input,
      key: this.#streams.augment.key,
      step,
    });
    return changed;
  }

  /** Samples shown until a number of steps was made. */
  samplesAfter(steps: number): number {
    const epochs = Math.floor(steps / this.perEpoch);
    return epochs * this.#dataset.length + (steps % this.perEpoch) * this.#batchSize;
  }
}
