/**
 * A limit to the norms of weights: after an update, what arrives at one unit is scaled back to a given length if it is
 * longer. Unlike weight decay it leaves short weights alone, and a large learning rate cannot blow them up.
 *
 * `w_c ← w_c · min(1, limit / ‖w_c‖)`, with w_c the weights of unit c: all axes but the last
 *
 * @see [Srivastava14] section 5.1
 */
import { checkSettings, positive } from "#base";
import type { Parameter } from "#engine";

/**
 * Limits the norms of all parameters that decay and have at least two axes, so of weights and not of biases.
 *
 * Shapes: a parameter [..., units], e.g. [in, out] of a dense layer: each of its `out` columns is looked at by itself
 *
 * @param limit the greatest length that stays as it is, above 0
 * @throws {SettingError} when the limit is not above 0
 */
export function limitNorms(parameters: Iterable<Parameter>, limit: number): void {
  checkSettings("maxNorm", { limit }, { limit: positive() });
  for (const { engine, shape, size, data, decays } of parameters) {
    if (!decays || shape.length < 2) continue;
    const units = shape[shape.length - 1];
    engine.kernels.maxNorm(data, size / units, units, limit);
  }
}
