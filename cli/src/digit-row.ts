/** Digits side by side, small, each with a caption of its own. */
import { padTo } from "./colors.ts";
import type { Colors, Rgb } from "./colors.ts";
import { drawPicture, halve } from "./pictures.ts";

export interface Specimen {
  /** 28·28 bytes, ink 255 on paper 0. */
  pixels: Uint8Array;
  /** At most 14 columns each. */
  caption: readonly string[];
}

const SIDE = 28;
const WIDTH = SIDE / 2; // columns of one digit
const GAP = 1;

/** How many stand in a row of so many columns. */
export function roomFor(columns: number): number {
  return Math.max(1, Math.floor((columns + GAP) / (WIDTH + GAP)));
}

export function drawDigitRow(specimens: readonly Specimen[], { colors, ink }: { colors: Colors; ink?: Rgb }): string[] {
  const blocks = specimens.map(({ pixels, caption }) => [
    ...drawPicture(halve({ pixels, width: SIDE, height: SIDE }), { colors, ink }),
    ...caption,
  ]);
  const height = Math.max(0, ...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, line) =>
    blocks
      .map((block) => padTo(block[line] ?? "", WIDTH))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}
