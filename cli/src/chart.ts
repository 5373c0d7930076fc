/**
 * Bars, curves and clouds of points out of characters. A bar ends in eighths of a cell; a curve is drawn with braille, whose cells are
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
  /** A character to draw in place of dots, so that curves differ without colours too. */
  mark?: string;
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
      const curve = owner[cell] < 0 ? null : curves[owner[cell]];
      text += curve === null ? " " : curve.paint(curve.mark ?? String.fromCharCode(0x2800 + dots[cell]));
    }
    return text;
  });
}

/** A cloud of points, x to the right and y upwards, over a line on which both are equal. */
export interface Cloud {
  points: readonly (readonly [x: number, y: number])[];
  /** Of both axes. */
  low: number;
  high: number;
  /** Paints a cell that holds points; `density` is 0–1, the fullest cell 1. */
  paint: (text: string, density: number) => string;
  paintLine: (text: string) => string;
}

/** The cloud as `lines` lines of `columns` characters. A point covers the line: dots of both would be taken for points. */
export function drawCloud(
  { points, low, high, paint, paintLine }: Cloud,
  { columns, lines }: { columns: number; lines: number },
): string[] {
  const [width, height] = [columns * 2, lines * 4];
  const counts = new Uint32Array(columns * lines);
  const dots = new Uint8Array(columns * lines);
  const line = new Uint8Array(columns * lines);
  const place = (value: number, length: number) => {
    const fraction = (value - low) / (high - low || 1);
    return Math.min(length - 1, Math.max(0, Math.floor(fraction * length)));
  };
  const mark = (into: Uint8Array, x: number, y: number) => {
    const down = height - 1 - y;
    const cell = (down >> 2) * columns + (x >> 1);
    into[cell] |= DOTS[down & 3][x & 1];
    return cell;
  };
  // every other dot: a line that stays behind
  for (let x = 0; x < width; x += 2) mark(line, x, Math.floor((x * height) / width));
  for (const [x, y] of points) counts[mark(dots, place(x, width), place(y, height))]++;
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const braille = (bits: number) => String.fromCharCode(0x2800 + bits);
  return Array.from({ length: lines }, (_, row) =>
    Array.from({ length: columns }, (__, column) => {
      const cell = row * columns + column;
      if (dots[cell] > 0) return paint(braille(dots[cell]), counts[cell] / most);
      return line[cell] > 0 ? paintLine(braille(line[cell])) : " ";
    }).join(""),
  );
}
