/**
 * A price on large weights, to be added to what is minimised: l2·Σw² pulls every weight towards 0 by as much as it is
 * large, l1·Σ|w| pulls all of them alike, so that those which do not pay become 0.
 *
 * With adaptive rules l2 is not the same as weight decay: its gradient is divided by its own size along with the loss's.
 *
 * @see [Loshchilov19]
 */
import { checkSettings, number } from "#base";
import { absolute, add, multiply, power, sum } from "#engine";
import type { Parameter, Tensor } from "#engine";

/** How large weights are priced; both default to 0. */
export interface Penalty {
  /** For Σ|w|, at least 0. */
  l1?: number;
  /** For Σw², at least 0. */
  l2?: number;
}

/**
 * `l1·Σ|w| + l2·Σw²` over all parameters that decay.
 *
 * @returns a single number to add to the loss; null where there is nothing to pay for
 * @throws {SettingError} when l1 or l2 is negative
 * @example
 * const weight = engine.parameter([3, -1], [2]);
 * weightPenalty([weight], { l1: 0.1, l2: 0.01 }).item(); // 0.5: 0.1·4 + 0.01·10
 */
export function weightPenalty(parameters: Iterable<Parameter>, penalty: Penalty): Tensor<readonly []> | null {
  const fields = { l1: number(0, Infinity, 0), l2: number(0, Infinity, 0) };
  const { l1, l2 } = checkSettings("penalty", penalty, fields);
  const weights = [...parameters].filter(({ decays }) => decays);
  return total([
    priced(l1, weights, (weight) => sum(absolute(weight))),
    priced(l2, weights, (weight) => sum(power(weight, 2))),
  ]);
}

/** factor·Σ of a measure of each weight. */
function priced(factor: number, weights: readonly Parameter[], measure: (weight: Tensor) => Tensor<readonly []>) {
  const measured = factor === 0 ? null : total(weights.map(measure));
  return measured === null ? null : multiply(measured, measured.engine.tensor([factor], []));
}

/** The sum of the terms that are there, from the first to the last. */
function total(terms: readonly (Tensor<readonly []> | null)[]): Tensor<readonly []> | null {
  return terms.reduce((left, right) => (left === null ? right : right === null ? left : add(left, right)), null);
}
