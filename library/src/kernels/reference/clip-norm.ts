/**
 * Shortens a gradient that is longer than `limit`, keeping its direction: `g ← g · min(1, limit/‖g‖)`.
 *
 * ‖g‖² is handed in, since one length covers the gradients of all parameters. In f32 it is infinite beyond
 * ‖g‖ = 1.8e19, and the gradient becomes 0.
 *
 * @see [Pascanu13]
 */
import type { Floats } from "../floats.ts";

export function clipNorm(gradient: Floats, squaredNorm: Floats, limit: number): void {
  const factor = Math.min(1, limit / Math.sqrt(squaredNorm[0]));
  for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
}
