/**
 * Pictures of our own, for tests that need data and no files: each class is a pattern drawn once, each sample its class's
 * pattern under noise. Made by `Rng`, so they are the same bytes in every runtime.
 */
import { Rng } from "#base";
import { createDataset } from "#data";
import type { ClassDataset } from "#data";

interface Options {
  samples: number;
  classes?: number;
  /** Height and width, in pixels. */
  side?: number;
  /** 0: all samples of a class are equal; 1: noise alone. */
  noise?: number;
  /** Which samples; the patterns are the same for all seeds. */
  seed?: number;
}

export function patterns({ samples, classes = 4, side = 6, noise = 0.4, seed = 1 }: Options): ClassDataset {
  const size = side * side;
  const drawn = Array.from({ length: classes }, (_, label) => {
    const rng = new Rng(0).stream(`pattern ${label}`);
    return Array.from({ length: size }, () => rng.uniform());
  });
  const rng = new Rng(seed).stream("samples");
  const labels = Uint8Array.from({ length: samples }, (_, sample) => sample % classes);
  const inputs = Uint8Array.from({ length: samples * size }, (_, index) => {
    const pattern = drawn[labels[Math.floor(index / size)]];
    return Math.floor(256 * ((1 - noise) * pattern[index % size] + noise * rng.uniform()));
  });
  return createDataset({
    inputs,
    labels,
    inputShape: [side, side, 1],
    classNames: drawn.map((_, label) => `${label}`),
  });
}
