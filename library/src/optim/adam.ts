/**
 * Adam: every weight has its own step size, learnt from the size of its recent gradients.
 *
 * `m ← β₁·m + (1 − β₁)·g`      the mean gradient of late
 * `v ← β₂·v + (1 − β₂)·g²`     its mean square
 * `m̂ = m / (1 − β₁ᵗ)`, `v̂ = v / (1 − β₂ᵗ)`    both started at 0 and are too small in the first steps
 * `w ← w − η·m̂ / (√v̂ + ε)`
 *
 * AdamW is the same with weight decay that is not part of the gradient: `w ← (1 − η·λ)·w` first. Asked for as "adam",
 * there is no decay.
 *
 * @see [Kingma15] algorithm 1, [Loshchilov19] algorithm 2
 */
import { checkSettings, fraction, number, positive, pow } from "#base";
import type { Rule } from "./rule.ts";

export interface AdamDescription {
  type: "adam" | "adamw";
  /** η, above 0. */
  learningRate: number;
  /** β₁, 0 to below 1; default 0.9. */
  beta1?: number;
  /** β₂, 0 to below 1; default 0.999. */
  beta2?: number;
  /** ε, above 0; default 1e-8. */
  epsilon?: number;
  /** λ, decoupled weight decay of the weights; of adamw only, default 0.01. */
  weightDecay?: number;
}

export const adam: Rule<AdamDescription> = {
  types: ["adam", "adamw"],
  slots: ["mean", "variance"],
  bind(description) {
    const betas = { beta1: fraction(0.9), beta2: fraction(0.999), epsilon: positive(1e-8) };
    const rate = { learningRate: positive() };
    const decay = { weightDecay: number(0, Infinity, 0.01) };
    const { beta1, beta2, epsilon, weightDecay } =
      description.type === "adamw"
        ? checkSettings("adamw", description, { ...rate, ...betas, ...decay })
        : { ...checkSettings("adam", description, { ...rate, ...betas }), weightDecay: 0 };
    return {
      weightDecay,
      update(kernels, { weight, gradient, slots: [mean, variance], learningRate, weightDecay: decayed, step }) {
        const corrections = [1 - pow(beta1, step), 1 - pow(beta2, step)] as const;
        const settings = [learningRate, beta1, beta2, epsilon, ...corrections, decayed] as const;
        kernels.adam(weight, gradient, mean, variance, ...settings);
      },
    };
  },
};
