/**
 * Colours of a stream: as many as its terminal shows, none when it is a file, a pipe, or NO_COLOR asks for none.
 * The two streams are asked apart, because stdout may be a pipe while stderr is the screen.
 */
import pc from "picocolors";

/** Red, green and blue, each 0–255. */
export type Rgb = readonly [number, number, number];

/** How many colours: none, the 16 of old, 256, or all. */
export type Depth = "none" | "16" | "256" | "all";

export interface Colors {
  readonly depth: Depth;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  magenta(text: string): string;
  /** Text in a free colour, on an optional ground; with 16 colours or none the text stays as it is. */
  tint(text: string, ink: Rgb, ground?: Rgb): string;
}

export function makeColors(depth: Depth): Colors {
  const { bold, dim, red, green, yellow, cyan, magenta } = pc.createColors(depth !== "none");
  return { depth, bold, dim, red, green, yellow, cyan, magenta, tint: tinter(depth) };
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

// escape sequences take no room on the screen
const ESCAPES = /\x1b\[[0-9;?]*[A-Za-z]/g; // eslint-disable-line no-control-regex -- ESC is what it looks for

/** How many columns a text takes on the screen; every character we print is one column wide. */
export function widthOf(text: string): number {
  return text.replace(ESCAPES, "").length;
}

/** Filled up with spaces on the right to a width on the screen. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}
