/** One variant, trained with one seed, and judged after its epochs by digits it learns from and by the validation digits. */
import { buildModel, createEngine, evaluate, hashWeights, Rng, train } from "inkling";
import { takeSamples } from "inkling/data";
import { loadMnist } from "../../bench/mnist.js";
import { trials } from "./variants.js";

/** So many are held out for validation, and with so many, the first ones, what was learnt is judged. */
const JUDGED = 5000;
/** Steps after which the weights tell one engine's bits from another's. */
const STEPS_OF_BITS = 3;
/** Judging takes time too: so many looks in a training, and some more at its beginning, where most happens. */
const LOOKS = 10;
const FIRST_EPOCHS = 2;

/** An engine with its digits; the kernels are the plain build, so that every machine computes the same. */
export class Classroom {
  #engine;
  #training;
  #judged;
  #validation;

  /** @param {{ threads: number }} options */
  static async open({ threads }) {
    const room = new Classroom();
    room.#engine = await createEngine({ threads, module: "simd" });
    const { training, validation } = await loadMnist({ validation: JUDGED });
    const first = (count) =>
      takeSamples(
        training,
        Array.from({ length: count }, (_, index) => index),
      );
    const sets = Object.values(trials).map(({ digits }) => [digits, first(digits)]);
    room.#training = new Map(sets);
    room.#judged = first(JUDGED);
    room.#validation = validation;
    return room;
  }

  close() {
    this.#engine.close();
  }

  /** What the engine makes of the variant's first steps. */
  async bits(variant) {
    const model = this.#build(variant, 0);
    for await (const _ of this.#train(model, variant, { seed: 0, stopAfter: STEPS_OF_BITS }));
    return await hashWeights(model);
  }

  /**
   * Trains to the end.
   *
   * @param {(part: number) => void} report told which part of the epochs is done, 0 to 1
   */
  async learn(variant, seed, report) {
    const model = this.#build(variant, seed);
    const { epochs } = variant.recipe;
    const begin = performance.now();
    const curve = [];
    for await (const record of this.#train(model, variant, { seed })) {
      if (record.kind !== "epoch") continue;
      const { epoch } = record;
      if (epoch <= FIRST_EPOCHS || epoch % Math.ceil(epochs / LOOKS) === 0 || epoch === epochs) {
        curve.push({
          epoch,
          training: await this.#judge(model, this.#judged),
          validation: await this.#judge(model, this.#validation),
        });
      }
      report(epoch / epochs);
    }
    return {
      parameters: model.parameterCount,
      seconds: Number(((performance.now() - begin) / 1000).toFixed(1)),
      weights: await hashWeights(model),
      curve,
    };
  }

  #build({ recipe }, seed) {
    return buildModel(this.#engine, recipe.architecture, { rng: new Rng(seed) });
  }

  #train(model, { trial, recipe }, { seed, stopAfter }) {
    const { architecture: _, ...choices } = recipe;
    return train(model, {
      ...choices,
      data: this.#training.get(trials[trial].digits),
      rng: new Rng(seed),
      stopAfter,
    });
  }

  /** @returns {Promise<[loss: number, accuracy: number]>} */
  async #judge(model, digits) {
    const { loss, accuracy } = await evaluate(model, digits);
    return [Number(loss.toPrecision(5)), accuracy];
  }
}
