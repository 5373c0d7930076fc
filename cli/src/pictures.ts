/**
 * Small grey pictures in a terminal. A character cell is about twice as high as wide, so one cell shows two pixels, one
 * above the other: `▀` draws the upper one in its ink and the lower one in its ground. Without colours a cell shows the
 * mean of its two pixels by how much ink a character carries.
 */
import type { Colors, Rgb } from "./colors.ts";

export interface Picture {
  /** Intensities 0–255, row by row; 0 is the black ground. */
  pixels: ArrayLike<number>;
  width: number;
  height: number;
}

// characters by how much of their cell is lit, in DejaVu Sans Mono and its kin
const RAMP = " .:-=+*#%@";
const WHITE: Rgb = [255, 255, 255];

/** The picture as lines, `width` columns wide and half as many lines as it has rows. */
export function drawPicture(
  { pixels, width, height }: Picture,
  { colors, ink = WHITE }: { colors: Colors; ink?: Rgb },
): string[] {
  const colored = colors.depth === "all" || colors.depth === "256";
  const shade = (value: number): Rgb => [
    Math.round((ink[0] * value) / 255),
    Math.round((ink[1] * value) / 255),
    Math.round((ink[2] * value) / 255),
  ];
  return Array.from({ length: Math.ceil(height / 2) }, (_, line) =>
    Array.from({ length: width }, (__, column) => {
      const upper = pixels[2 * line * width + column];
      const lower = 2 * line + 1 < height ? pixels[(2 * line + 1) * width + column] : 0;
      if (colored) return colors.tint("▀", shade(upper), shade(lower));
      return RAMP[Math.min(RAMP.length - 1, Math.floor(((upper + lower) / 2 / 256) * RAMP.length))];
    }).join(""),
  );
}

/** Half as wide and half as high: each pixel the mean of four. */
export function halve({ pixels, width, height }: Picture): Picture {
  const columns = Math.floor(width / 2);
  const rows = Math.floor(height / 2);
  return {
    width: columns,
    height: rows,
    pixels: Uint8Array.from({ length: columns * rows }, (_, index) => {
      const corner = 2 * Math.floor(index / columns) * width + 2 * (index % columns);
      return (pixels[corner] + pixels[corner + 1] + pixels[corner + width] + pixels[corner + width + 1]) / 4;
    }),
  };
}
