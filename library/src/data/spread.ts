/** Where numbers lie and how far apart, which is all that standardising takes. */
import type { Unit } from "#base";

/** `mean = Σx / n`, `deviation = √(Σ(x − mean)² / n)`; 1 in place of no deviation at all, so that one can divide by it. */
export function spreadOf(values: readonly number[]): Unit {
  // said outright: a sum of equal numbers is rounded, and its n-th part is not always the number
  if (values.every((value) => value === values[0])) return { mean: values[0], deviation: 1 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, deviation: Math.sqrt(squares / values.length) || 1 };
}
