/**
 * Bars and curves out of characters. A bar ends in eighths of a cell; a curve is drawn with braille, whose cells are
 * small grids of 2 × 4 dots, so that 40 columns and 6 lines give 80 × 24 dots.
 */

/** A bar that is `fraction` (0–1) of `width` columns long, padded to `width`. */
export function bar(fraction: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8);
  const tail = [..."▏▎▍▌▋▊▉"][(eighths % 8) - 1] ?? "";
  return ("█".repeat(Math.floor(eighths / 8)) + tail).padEnd(width);
}

/** One column of characters per value, scaled between the smallest and the largest. */
export function sparkline(values: readonly number[]): string {
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  return values.map((value) => "▁▂▃▄▅▆▇█"[Math.round(((value - low) / range) * 7)]).join("");
}

/** Dots of a braille character, by [line 0–3][column 0–1]: the bits that Unicode gave them. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** One curve of a chart. */
export interface Curve {
  /** The value at each dot column, left to right, 2 a character; null where there is none. */
  values: readonly (number | null)[];
  /** Whether neighbours are joined by a line; else every value is a dot. */
  joined: boolean;
  paint(text: string): string;
}

/**
 * Curves over a common range, as `lines` lines of `columns` characters. Where two share a cell, the later one colours it.
 *
 * @param options.low  the value of the lowest dot line
 * @param options.high the value of the highest
 */
export function drawCurves(
  curves: readonly Curve[],
  { columns, lines, low, high }: { columns: number; lines: number; low: number; high: number },
): string[] {
  const dots = new Uint8Array(columns * lines);
  const owner = new Int8Array(columns * lines).fill(-1);
  const bottom = lines * 4 - 1;
  const heightOf = (value: number) => {
    const fraction = (value - low) / (high - low || 1);
    return Math.round((1 - Math.min(1, Math.max(0, fraction))) * bottom);
  };
  for (const [index, { values, joined }] of curves.entries()) {
    let before: number | null = null;
    for (let x = 0; x < columns * 2; x++) {
      const value = values[x] ?? null;
      if (value === null) continue;
      const y = heightOf(value);
      // a steep step is drawn as the stretch between both heights
      const from = joined && before !== null && Math.abs(y - before) > 1 ? before + Math.sign(y - before) : y;
      for (let dot = Math.min(from, y); dot <= Math.max(from, y); dot++) {
        const cell = (dot >> 2) * columns + (x >> 1);
        dots[cell] |= DOTS[dot & 3][x & 1];
        owner[cell] = index;
      }
      before = y;
    }
  }
  return Array.from({ length: lines }, (_, line) => {
    let text = "";
    for (let column = 0; column < columns; column++) {
      const cell = line * columns + column;
      text += owner[cell] < 0 ? " " : curves[owner[cell]].paint(String.fromCharCode(0x2800 + dots[cell]));
    }
    return text;
  });
}
