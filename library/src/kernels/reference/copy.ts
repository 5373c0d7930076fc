import type { Floats } from "../floats.ts";

/** The same numbers at another place, `y ← x`; the arrays are of one length. */
export function copy(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i];
}
