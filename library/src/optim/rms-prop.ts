/**
 * RMSProp: every gradient is measured by its own usual size, so that steep and flat directions take steps alike. Adam is
 * this with a mean gradient in place of the last one.
 *
 * `v ← α·v + (1 − α)·g²`      the mean square of late
 * `u ← μ·u + g / (√v + ε)`
 * `w ← (1 − η·λ)·w − η·u`
 *
 * v starts at 0 and is not corrected, so the first steps are up to 1/√(1 − α) times as long. ε stands outside of the
 * root, as in PyTorch.
 *
 * @see [Tieleman12]
 */
import { checkSettings, fraction, number, positive } from "#base";
import type { Rule } from "./rule.ts";

export interface RmsPropDescription {
  type: "rmsProp";
  /** η, above 0. */
  learningRate: number;
  /** α, the part of the mean square that is kept, 0 to below 1; default 0.99. */
  decay?: number;
  /** ε, above 0; default 1e-8. */
  epsilon?: number;
  /** μ, the part of the velocity that is kept, 0 to below 1; default 0. */
  momentum?: number;
  /** λ, decoupled weight decay of the weights; default 0. */
  weightDecay?: number;
}

export const rmsProp: Rule<RmsPropDescription> = {
  types: ["rmsProp"],
  slots: ["meanSquare", "velocity"],
  bind(description) {
    const { decay, epsilon, momentum, weightDecay } = checkSettings("rmsProp", description, {
      learningRate: positive(),
      decay: fraction(0.99),
      epsilon: positive(1e-8),
      momentum: fraction(0),
      weightDecay: number(0, Infinity, 0),
    });
    return {
      weightDecay,
      update(kernels, { weight, gradient, slots: [meanSquare, velocity], learningRate, weightDecay: decayed }) {
        kernels.rmsProp(weight, gradient, meanSquare, velocity, learningRate, decay, epsilon, momentum, decayed);
      },
    };
  },
};
