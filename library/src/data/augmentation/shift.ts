/**
 * A shift by whole pixels: a 7 moved by two pixels is a 7, and a network that has seen it in 25 places no longer learns
 * places by heart. It is the cheapest change, and the only one that leaves every value as it was.
 */
import { SettingError, whole } from "#base";
import type { Kind } from "./kind.ts";
import { probability } from "./kind.ts";

/** Moves each picture by −pixels … pixels, whole steps, each way; what comes in is 0. */
export interface ShiftDescription {
  type: "shift";
  /** A whole number, below the picture's shorter side. */
  pixels: number;
  /** Of being moved at all, 0 to 1; default 1. */
  probability?: number;
}

export const shift: Kind<Required<ShiftDescription>> = {
  fields: { pixels: whole(0), probability: probability(1) },
  checkPictures({ pixels }, [height, width]) {
    const side = Math.min(height, width);
    if (pixels < side) return;
    throw new SettingError({
      op: "augmentation shift",
      problem: `${pixels} pixels would move a picture of ${height}×${width} out of sight`,
      setting: "pixels",
      value: pixels,
      want: `0 to ${side - 1}`,
    });
  },
  keepsZeros: () => true,
  way: {
    name: "rewrites",
    perform(kernels, settings, { x, y, count, height, width, channels }, stream) {
      const { pixels, probability: part } = settings;
      kernels.shiftImages(x, y, count, height, width, channels, pixels, part, ...stream);
    },
  },
};
