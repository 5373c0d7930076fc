import type { Floats } from "../floats.ts";

/** One value everywhere, `y ← value`: memory that is used again begins with a fill of zeros. */
export function fill(y: Floats, value: number): void {
  for (let i = 0; i < y.length; i++) y[i] = value;
}
