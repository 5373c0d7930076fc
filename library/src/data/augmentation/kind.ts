/**
 * What a kind of change is: settings with their ranges, and kernels to call.
 *
 * There are three ways to change a picture. Some kinds write every pixel anew (a stroke that is thicker, noise). Others
 * only say for each new pixel where in the old picture it is to be read, by a straight rule (a map: turned, slanted) or by
 * pulling each place a little aside (a bend). Whatever stands side by side of these two is done in one walk, so that the
 * picture is blurred once only by reading between pixels.
 */
import { number } from "#base";
import type { Field, Shape } from "#base";
import type { Floats, Kernels } from "#kernels";

/** How many pictures, and of which size. */
export interface Pictures {
  count: number;
  height: number;
  width: number;
  channels: number;
}

/** Where random numbers come from: two words of a key, and the number of the step. */
export type Stream = readonly [key0: number, key1: number, step: number];

/** A kind of change; its settings are a checked description with all defaults filled in. */
export interface Kind<Settings extends { type: string }> {
  readonly fields: { readonly [Name in Exclude<keyof Settings, "type">]: Field<Settings[Name]> };
  /** Refuses settings that do not go together. */
  check?(settings: Settings): void;
  /** Refuses pictures that it cannot change, given as [height, width, channels]. */
  checkPictures?(settings: Settings, inputShape: Shape): void;
  /** Whether a picture that is mostly 0 still is afterwards. */
  keepsZeros(settings: Settings): boolean;
  readonly way: Rewrites<Settings> | Maps<Settings> | Bends<Settings>;
}

/** Writes new pictures y of pictures x. */
export interface Rewrites<Settings> {
  readonly name: "rewrites";
  perform(kernels: Kernels, settings: Settings, batch: Pictures & { x: Floats; y: Floats }, stream: Stream): void;
}

/** Writes a map of six numbers for each picture, as the kernel affineMaps describes them. */
export interface Maps<Settings> {
  readonly name: "maps";
  /** Whether it looks at the pictures, which must not have been bent before. */
  readonly looks: boolean;
  perform(kernels: Kernels, settings: Settings, batch: Pictures & { x: Floats; maps: Floats }, stream: Stream): void;
}

/** Cuts pieces from an elastic sheet for each picture, as the kernel elasticPieces describes them. */
export interface Bends<Settings> {
  readonly name: "bends";
  /** What the sheet is made with: its length and width in numbers, and the deviation of its blur in pixels. */
  sheetOf(settings: Settings, inputShape: Shape): { side: number; sigma: number };
  perform(
    kernels: Kernels,
    settings: Settings,
    batch: Pictures & { pieces: Floats; side: number },
    stream: Stream,
  ): void;
}

/** For how many of the pictures a change is made at all: a part of all, 0 to 1. */
export function probability(usual: number): Field<number> {
  return number(0, 1, usual);
}
