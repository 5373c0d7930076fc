/**
 * Momentum: a ball that rolls downhill keeps a part of its velocity, so that it crosses small bumps and does not zigzag
 * in narrow valleys. Nesterov's variant looks at the slope where the ball is about to be.
 *
 * `v ← μ·v + g`, then `w ← w − η·v` (momentum) or `w ← w − η·(g + μ·v)` (Nesterov)
 *
 * The learning rate multiplies the velocity, not the gradient within it, as in PyTorch; [Sutskever13] has it inside.
 *
 * @see [Polyak64] [Nesterov83] [Sutskever13]
 */
import { checkSettings, fraction, number, positive } from "#base";
import type { Rule } from "./rule.ts";

export interface MomentumDescription {
  type: "momentum" | "nesterov";
  /** η, above 0. */
  learningRate: number;
  /** μ, the part of the velocity that is kept, 0 to below 1; default 0.9. */
  momentum?: number;
  /** Decoupled weight decay of the weights; default 0. */
  weightDecay?: number;
}

export const momentum: Rule<MomentumDescription> = {
  types: ["momentum", "nesterov"],
  slots: ["velocity"],
  bind(description) {
    const settings = checkSettings(description.type, description, {
      learningRate: positive(),
      momentum: fraction(0.9),
      weightDecay: number(0, Infinity, 0),
    });
    const nesterov = description.type === "nesterov";
    return {
      weightDecay: settings.weightDecay,
      update(kernels, { weight, gradient, slots: [velocity], learningRate, weightDecay }) {
        kernels.momentum(weight, gradient, velocity, learningRate, settings.momentum, weightDecay, nesterov ? 1 : 0);
      },
    };
  },
};
