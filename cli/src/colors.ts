/**
 * Colours of a stream: as many as its terminal shows, none when it is a file, a pipe, or NO_COLOR asks for none.
 * The two streams are asked apart, because stdout may be a pipe while stderr is the screen.
 */
import pc from "picocolors";

/** Red, green and blue, each 0–255. */
export type Rgb = readonly [number, number, number];

/** How many colours: none, the 16 of old, 256, or all. */
export type Depth = "none" | "16" | "256" | "all";

type Paint = (text: string) => string;

export interface Colors {
  readonly depth: Depth;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  /** Text in a free colour, on an optional ground; with 16 colours or none the text stays as it is. */
  readonly tint: (text: string, ink: Rgb, ground?: Rgb) => string;
}

export function makeColors(depth: Depth): Colors {
  const { bold, dim, red, green } = pc.createColors(depth !== "none");
  return { depth, bold, dim, red, green, tint: tinter(depth) };
}

export function colorsOf(stream: NodeJS.WriteStream): Colors {
  return makeColors(depthOf(stream));
}

function depthOf(stream: NodeJS.WriteStream): Depth {
  const forced = process.env.FORCE_COLOR;
  if (process.env.NO_COLOR && forced === undefined) return "none";
  if (!stream.isTTY) return forced === undefined || forced === "0" ? "none" : "all";
  const bits = stream.getColorDepth();
  return bits >= 24 ? "all" : bits >= 8 ? "256" : bits >= 4 ? "16" : "none";
}

function tinter(depth: Depth): Colors["tint"] {
  if (depth === "none" || depth === "16") return (text) => text;
  const code = depth === "all" ? (color: Rgb) => `2;${color.join(";")}` : (color: Rgb) => `5;${nearestOf256(color)}`;
  return (text, ink, ground) =>
    `\x1b[38;${code(ink)}${ground ? `;48;${code(ground)}` : ""}m${text}\x1b[${ground ? "39;49" : "39"}m`;
}

/** The number of a colour among the 256: a ramp of greys (232–255), or a cube of 6 × 6 × 6 (16–231). */
function nearestOf256([red, green, blue]: Rgb): number {
  if (red === green && green === blue) {
    if (red < 4) return 16;
    if (red > 246) return 231;
    return 232 + Math.min(23, Math.max(0, Math.round((red - 8) / 10)));
  }
  const sixth = (value: number) => (value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.round((value - 55) / 40)));
  return 16 + 36 * sixth(red) + 6 * sixth(green) + sixth(blue);
}

const ESC = "\x1b";
const SEQUENCE = `${ESC}\\[[0-9;?]*[A-Za-z]`;
const SEQUENCES = new RegExp(SEQUENCE, "g");
const PIECES = new RegExp(`${SEQUENCE}|[^${ESC}]`, "g");

/** The text alone, without the sequences that colour it or move the cursor. */
export function bareText(text: string): string {
  return text.replace(SEQUENCES, "");
}

/** How many columns a text takes: escape sequences take none, every character that we print takes one. */
export function widthOf(text: string): number {
  return bareText(text).length;
}

/** Filled up with spaces on the right to a width on the screen. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** As many of the items as fit into a width, in their order; the least important go first, and none is cut. */
export function fitItems(
  items: readonly { text: string; importance: number }[],
  { width, gap = "   " }: { width: number; gap?: string },
): string {
  const kept = items.filter(({ text }) => text !== "");
  const join = () => kept.map(({ text }) => text).join(gap);
  while (kept.length > 1 && widthOf(join()) > width) {
    const least = kept.reduce((a, b) => (b.importance < a.importance ? b : a));
    kept.splice(kept.indexOf(least), 1);
  }
  return join();
}

/** A name in at most so many columns; an ellipsis says that it goes on. */
export function shortened(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${cutTo(text, width - 1)}…`;
}

/** At most so many columns of a text; what sets its colours back is kept. */
export function cutTo(text: string, width: number): string {
  let room = width;
  return [...text.matchAll(PIECES)].map(([piece]) => (piece.startsWith(ESC) || room-- > 0 ? piece : "")).join("");
}
