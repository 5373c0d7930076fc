/**
 * y[i, :] = images[samples[i], :]·scale: a batch out of a data set whose images lie as bytes, `size` of them per image.
 * With scale 1/255, y lies in 0…1.
 */
import type { Floats } from "../floats.ts";

export function gatherPixels(images: Uint8Array, samples: Floats, y: Floats, size: number, scale: number): void {
  for (let i = 0; i < samples.length; i++)
    for (let p = 0; p < size; p++) y[i * size + p] = images[samples[i] * size + p] * scale;
}
