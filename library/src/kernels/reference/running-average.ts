/**
 * `running = (1 − momentum)·running + momentum·correction·value`: a memory that forgets.
 *
 * Batch normalization keeps its mean and variance so; the correction N/(N − 1) makes the variance of a batch unbiased.
 */
import type { Floats } from "../floats.ts";

export function runningAverage(running: Floats, value: Floats, momentum: number, correction: number): void {
  for (let i = 0; i < running.length; i++) {
    running[i] = (1 - momentum) * running[i] + momentum * correction * value[i];
  }
}
