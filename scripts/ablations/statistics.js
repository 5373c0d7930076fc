/**
 * What three seeds say of a variant, and of two.
 *
 * A difference is not held against the spread of its own six numbers, for three numbers know their spread badly: often
 * they lie close together by chance, and anything would seem to matter. It is held against the spread of all variants of
 * the same trial, `s = √(mean of their variances)`, which has some forty degrees of freedom. The standard error of a
 * difference between two means of n is then `s·√(2/n)`.
 */
import { resultsOf } from "./results.js";
import { find, seeds, variants } from "./variants.js";

/** What is measured, in the units in which it is spoken of: percent, points of percent, nats. */
const measures = {
  validationAccuracy: ({ validation: [, accuracy] }) => 100 * accuracy,
  trainingAccuracy: ({ training: [, accuracy] }) => 100 * accuracy,
  gap: ({ training: [, learnt], validation: [, held] }) => 100 * (learnt - held),
  validationLoss: ({ validation: [loss] }) => loss,
};

export class Statistics {
  #results;

  /** @param {import("./results.js").Result[]} results */
  constructor(results) {
    this.#results = new Map(variants.map((variant) => [variant.name, resultsOf(results, variant)]));
  }

  /** Variants that want seeds, with how many they have. */
  get missing() {
    return [...this.#results]
      .map(([name, lines]) => ({ name, has: lines.filter(({ seed }) => seeds.includes(seed)).length }))
      .filter(({ has }) => has < seeds.length);
  }

  /** Of the seeds of a variant: the lines themselves. @param {Parameters<typeof find>[0]} choices */
  lines(choices) {
    return this.#results.get(find(choices).name);
  }

  /**
   * Mean and sample deviation of a measure over the seeds, after the last epoch.
   *
   * @param {keyof typeof measures} measure
   */
  of(choices, measure) {
    return summary(this.#last(find(choices).name, measure));
  }

  /** The lowest loss on the validation digits along a training, in nats, and after which epoch; means over the seeds. */
  lowest(choices) {
    const lows = this.lines(choices).map(({ curve }) =>
      curve.map(({ epoch, validation: [loss] }) => ({ epoch, loss })).reduce((a, b) => (b.loss < a.loss ? b : a)),
    );
    const mean = (key) => summary(lows.map((low) => low[key])).mean;
    return { epoch: mean("epoch"), loss: mean("loss") };
  }

  /** How much one variant has more of a measure than another of the same trial, and the standard error of that. */
  difference(choices, reference, measure = "validationAccuracy") {
    const value = this.of(choices, measure).mean - this.of(reference, measure).mean;
    const error = this.spread(choices.trial, measure) * Math.sqrt(2 / seeds.length);
    return { value, error, clear: Math.abs(value) >= 2 * error };
  }

  /** The deviation between seeds, over all variants of a trial. */
  spread(trial, measure = "validationAccuracy") {
    const kin = variants.filter((variant) => variant.trial === trial);
    const squares = kin.map(({ name }) => summary(this.#last(name, measure)).deviation ** 2);
    return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  }

  #last(name, measure) {
    return this.#results.get(name).map(({ curve }) => measures[measure](curve.at(-1)));
  }
}

function summary(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
