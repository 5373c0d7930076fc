/**
 * The batches of a training: which samples come at a step. It is a function of (seed, step), so a training that goes on
 * from a step meets the batch that it would have met.
 */
import type { Rng } from "#base";
import { batchCount, epochOrder } from "#data";
import type { Dataset } from "#data";

export class Batches {
  /** How many an epoch has. */
  readonly perEpoch: number;
  readonly #dataset: Dataset;
  readonly #batchSize: number;
  readonly #shuffle: Rng;
  #order: { epoch: number; samples: Uint32Array } | null = null;

  constructor(dataset: Dataset, { batchSize, rng }: { batchSize: number; rng: Rng }) {
    this.perEpoch = batchCount(dataset.length, batchSize);
    this.#dataset = dataset;
    this.#batchSize = batchSize;
    this.#shuffle = rng.stream("shuffle");
  }

  /** How many samples the batch of a step has, counted from 0 over all epochs. */
  sizeAt(step: number): number {
    const begin = (step % this.perEpoch) * this.#batchSize;
    return Math.min(this.#batchSize, this.#dataset.length - begin);
  }

  /** The numbers of the samples of a step, a window on the order of the epoch. */
  at(step: number): Uint32Array {
    const epoch = Math.floor(step / this.perEpoch);
    if (this.#order?.epoch !== epoch) {
      this.#order = { epoch, samples: epochOrder(this.#dataset.length, this.#shuffle, epoch) };
    }
    const begin = (step % this.perEpoch) * this.#batchSize;
    return this.#order.samples.subarray(begin, begin + this.sizeAt(step));
  }

  /** Samples shown until a number of steps was made. */
  samplesAfter(steps: number): number {
    const epochs = Math.floor(steps / this.perEpoch);
    return epochs * this.#dataset.length + (steps % this.perEpoch) * this.#batchSize;
  }
}
