import type { Floats } from "../floats.ts";

/** y = value, everywhere. */
export function fill(y: Floats, value: number): void {
  for (let i = 0; i < y.length; i++) y[i] = value;
}
