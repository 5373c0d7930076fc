/**
 * The contract of an update rule: given a weight and its gradient, how does the weight move?
 *
 * A rule is a plain object; what it remembers between steps (velocities, running means) lies in arrays of the weight's
 * size, its slots, which the optimiser keeps and a checkpoint saves.
 */
import type { Floats, Kernels } from "#kernels";

export interface Update {
  weight: Floats;
  gradient: Floats;
  /** The rule's memory of this weight, in the order of its `slots`. */
  slots: readonly Floats[];
  /** This step's learning rate, as the schedule says. */
  learningRate: number;
  /** Decoupled weight decay: `w *= 1 − learningRate·weightDecay` before the step; 0 where it does not apply. */
  weightDecay: number;
  /** The number of this update, counted from 1. */
  step: number;
}

/** A rule with its settings. */
export interface BoundRule {
  /** Decoupled decay of the parameters that decay, per unit of learning rate. */
  weightDecay: number;
  update(kernels: Kernels, update: Update): void;
}

export interface Rule<Description extends { type: string }> {
  /** The names by which a description asks for it. */
  readonly types: readonly Description["type"][];
  /** Names of the arrays it keeps for each weight. */
  readonly slots: readonly string[];
  /** Checks the settings and binds them into the update. */
  bind(description: Description): BoundRule;
}
