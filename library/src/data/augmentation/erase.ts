/**
 * Random erasing: a rectangle of the picture is wiped out (the kernel eraseImages), so that a network has to know a digit by
 * more than one of its parts.
 *
 * @see [Zhong20]
 */
import { number, SettingError } from "#base";
import type { Kind } from "./kind.ts";
import { probability } from "./kind.ts";

/** Erases a rectangle. Defaults are the paper's. */
export interface EraseDescription {
  type: "erase";
  /** The smallest area, as a part of the picture, 0 to 1; default 0.02. */
  smallest?: number;
  /** The largest area, as a part of the picture, 0 to 1; default 0.4. */
  largest?: number;
  /** The shorter side by the longer one, at least: above 0, at most 1; default 0.3. */
  ratio?: number;
  /** What stands there afterwards; default 0. */
  value?: number;
  /** Of being changed at all, 0 to 1; default 0.5. */
  probability?: number;
}

export const erase: Kind<Required<EraseDescription>> = {
  fields: {
    smallest: number(0, 1, 0.02),
    largest: number(0, 1, 0.4),
    ratio: number(0.01, 1, 0.3),
    value: number(-Infinity, Infinity, 0),
    probability: probability(0.5),
  },
  check({ smallest, largest }) {
    if (smallest <= largest) return;
    throw new SettingError({
      op: "augmentation erase",
      problem: `the smallest area, ${smallest}, is larger than the largest, ${largest}`,
      setting: "smallest",
      value: smallest,
      want: `0 to ${largest}`,
    });
  },
  keepsZeros: ({ value }) => value === 0,
  way: {
    name: "rewrites",
    perform(kernels, settings, { x, y, count, height, width, channels }, stream) {
      const { smallest, largest, ratio, value, probability: part } = settings;
      const sizes = [count, height, width, channels] as const;
      kernels.eraseImages(x, y, ...sizes, smallest, largest, ratio, value, part, ...stream);
    },
  },
};
