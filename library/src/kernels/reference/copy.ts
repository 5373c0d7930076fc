import type { Floats } from "../floats.ts";

/** y = x */
export function copy(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i];
}
