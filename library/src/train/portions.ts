/** A data set some samples at a time, with pauses in which the host may do something else. */
import type { Dataset } from "#data";
import { platform } from "#platform";

/** Samples between two pauses. */
const SAMPLES_BETWEEN_PAUSES = 2000;

/** The inputs of the samples from `begin` on, portion by portion. */
export async function* portionsOf({ inputs, length }: Dataset): AsyncGenerator<{
  inputs: Uint8Array | Float32Array;
  begin: number;
}> {
  const size = inputs.length / length;
  for (let begin = 0; begin < length; begin += SAMPLES_BETWEEN_PAUSES) {
    yield { inputs: inputs.subarray(begin * size, (begin + SAMPLES_BETWEEN_PAUSES) * size), begin };
    await platform.pause();
  }
}
