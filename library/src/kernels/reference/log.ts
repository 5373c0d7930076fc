/** y = ln x, in nats. `dy/dx = 1/x` */
import { log as ln } from "#base";
import type { Floats } from "../floats.ts";

export function log(x: Floats, y: Floats): void {
  for (let i = 0; i < x.length; i++) y[i] = ln(x[i]);
}

/** dx += dy/x */
export function logBackward(x: Floats, dy: Floats, dx: Floats): void {
  for (let i = 0; i < x.length; i++) dx[i] += dy[i] / x[i];
}
