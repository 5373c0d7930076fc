/**
 * A moving average of a model's weights. The weights of single steps jump about the valley's floor; their mean lies near
 * its middle, and mostly does better on samples that were not seen.
 *
 * `average ← d·average + (1 − d)·weight`, with `d = min(decay, (1 + step) / (10 + step))`
 *
 * The second term of the minimum keeps early averages young: after the first update it is 2/11, so that the starting
 * weights, which know nothing, are soon forgotten.
 *
 * @see [Polyak92]
 */
import { checkSettings, fraction, InklingError } from "#base";
import type { Tensor } from "#engine";

/**
 * The averages of named tensors, and the exchange of both.
 *
 * @example
 * const average = new WeightAverage(model.tensors(), { decay: 0.999 });
 * average.update(1);
 * average.swap();
 * average.swapped; // true: the model computes with the averages, until the next swap
 */
export class WeightAverage {
  /** The averages by the names of their tensors, for checkpoints; they last. While swapped: the model's own numbers. */
  readonly state: ReadonlyMap<string, Tensor>;
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #decay: number;
  #swapped = false;

  /**
   * @param tensors what is averaged, e.g. `model.tensors()`; the averages start as copies
   * @param options.decay the part of the average that each update keeps, 0 to below 1
   * @throws {SettingError} when decay is out of its range
   */
  constructor(tensors: Iterable<[string, Tensor]>, options: { decay: number }) {
    this.#decay = checkSettings("averaging", options, { decay: fraction() }).decay;
    this.#tensors = new Map(tensors);
    this.state = new Map([...this.#tensors].map(([name, tensor]) => [name, tensor.keep()]));
  }

  /** Whether the tensors hold the averages now. */
  get swapped(): boolean {
    return this.#swapped;
  }

  /**
   * Takes the tensors as they are now into the averages; it is called after each update of an optimizer.
   *
   * @param step how many updates were made, 1, 2, …
   * @throws {InklingError} when the tensors hold the averages themselves
   */
  update(step: number): void {
    if (this.#swapped) {
      throw new InklingError({
        op: "WeightAverage",
        problem: "the model holds the averages now, which cannot be averaged with themselves",
        want: "the model's own weights",
        fix: "call swap() once more before the next update",
      });
    }
    const decay = Math.min(this.#decay, (1 + step) / (10 + step));
    // a multiple of 2⁻²⁴, so that in f32 too what is kept and what is taken add up to exactly 1; else the average of a
    // weight that stands still would wander off by hundreds of last places
    const taken = Math.max(1, Math.round((1 - decay) * 16_777_216)) / 16_777_216;
    for (const [name, average] of this.state) {
      const { data } = this.#tensors.get(name) as Tensor;
      average.engine.kernels.runningAverage(average.data, data, taken, 1);
    }
  }

  /** Exchanges the numbers of the tensors and of the averages; a second time puts them back. */
  swap(): void {
    for (const [name, average] of this.state) {
      const tensor = this.#tensors.get(name) as Tensor;
      const { engine } = tensor;
      engine.step(() => {
        const waiting = engine.reserve(tensor.size, { cleared: false });
        engine.kernels.copy(tensor.data, waiting);
        engine.kernels.copy(average.data, tensor.data);
        engine.kernels.copy(waiting, average.data);
      });
    }
    this.#swapped = !this.#swapped;
  }
}
