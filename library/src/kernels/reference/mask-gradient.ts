/** dy = dy where y > 0, else 0: the gradient behind a ReLU becomes, in its own memory, the one in front of it. */
import type { Floats } from "../floats.ts";

export function maskGradient(y: Floats, dy: Floats): void {
  for (let i = 0; i < y.length; i++) if (!(y[i] > 0)) dy[i] = 0;
}
