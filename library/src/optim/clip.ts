/**
 * Gradient clipping: when all gradients together are longer than a limit, they are shortened to it. The direction stays.
 *
 * `g ← g · min(1, limit / ‖g‖)`, with ‖g‖ = √(Σ over all parameters of g²)
 *
 * @see [Pascanu13] section 3.2
 */
import { checkSettings, positive } from "#base";
import type { Parameter, Tensor, View } from "#engine";
import type { Kernels } from "#kernels";

/**
 * Clips the gradients of all parameters together.
 *
 * @param limit the greatest length that stays as it is, above 0
 * @returns the square of their length before clipping, one number, for the step that is running
 */
export function clipGradients(parameters: Iterable<Parameter>, limit: number): Tensor | null {
  checkSettings("clipNorm", { limit }, { limit: positive() });
  const gradients = [...parameters]
    .map(({ grad }) => grad)
    .filter((grad): grad is Tensor => grad !== null && grad.alive);
  const first = gradients.at(0);
  if (first === undefined) return null;
  const squared = first.engine.zeros([]);
  clip(first.engine.kernels, gradients, squared, limit);
  return squared;
}

/**
 * The same on given gradients, for a plan.
 *
 * ‖g‖² is an f32 on the fast kernels: beyond ‖g‖ = 1.8e19, the root of the largest, it is infinite and g becomes 0, so
 * that such a step moves nothing but by momentum and decay.
 *
 * @param squared one number, which becomes ‖g‖²
 */
export function clip(kernels: Kernels, gradients: Iterable<View>, squared: View, limit: number): void {
  const all = [...gradients];
  kernels.fill(squared.data, 0);
  for (const { data } of all) kernels.squaredNorm(data, squared.data);
  for (const { data } of all) kernels.clipNorm(data, squared.data, limit);
}
