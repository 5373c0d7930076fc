/**
 * y = xⁿ for any fixed exponent n.
 *
 * `dy/dx = n·xⁿ⁻¹`
 *
 * The exponents 2, 3, ½ and −1 are one or two exact operations; all others go through `xⁿ = e^(n · ln x)`. A negative x
 * needs a whole exponent, with any other the result is NaN.
 */
import { pow } from "#base";
import type { Floats } from "../floats.ts";

export function power(x: Floats, y: Floats, exponent: number): void {
  if (exponent === 2) for (let i = 0; i < x.length; i++) y[i] = x[i] * x[i];
  else if (exponent === 3) for (let i = 0; i < x.length; i++) y[i] = x[i] * x[i] * x[i];
  else if (exponent === 0.5) for (let i = 0; i < x.length; i++) y[i] = Math.sqrt(x[i]);
  else if (exponent === -1) for (let i = 0; i < x.length; i++) y[i] = 1 / x[i];
  else for (let i = 0; i < x.length; i++) y[i] = pow(x[i], exponent);
}

/** dx += dy·n·xⁿ⁻¹ */
export function powerBackward(x: Floats, dy: Floats, dx: Floats, exponent: number): void {
  if (exponent === 0) return; // x⁰ is 1 everywhere, also at 0, where 0·x⁻¹ would be NaN
  if (exponent === 2) for (let i = 0; i < x.length; i++) dx[i] += dy[i] * (2 * x[i]);
  else if (exponent === 3) for (let i = 0; i < x.length; i++) dx[i] += dy[i] * (3 * (x[i] * x[i]));
  else if (exponent === 0.5) for (let i = 0; i < x.length; i++) dx[i] += dy[i] * (0.5 / Math.sqrt(x[i]));
  else if (exponent === -1) for (let i = 0; i < x.length; i++) dx[i] += dy[i] * (-1 / (x[i] * x[i]));
  else for (let i = 0; i < x.length; i++) dx[i] += dy[i] * (exponent * pow(x[i], exponent - 1));
}
