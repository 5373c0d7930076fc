/**
 * Stochastic gradient descent: a step downhill, as seen from this batch.
 *
 * `w ← w − η·g`
 *
 * @see [Robbins51]
 */
import { checkSettings, number, positive } from "#base";
import type { Rule } from "./rule.ts";

export interface SgdDescription {
  type: "sgd";
  /** η, the size of a step; above 0. */
  learningRate: number;
  /** Decoupled weight decay of the weights; default 0. */
  weightDecay?: number;
}

export const sgd: Rule<SgdDescription> = {
  types: ["sgd"],
  slots: [],
  bind(description) {
    const fields = { learningRate: positive(), weightDecay: number(0, Infinity, 0) };
    return {
      weightDecay: checkSettings("sgd", description, fields).weightDecay,
      update(kernels, { weight, gradient, learningRate, weightDecay }) {
        kernels.sgd(weight, gradient, learningRate, weightDecay);
      },
    };
  },
};
