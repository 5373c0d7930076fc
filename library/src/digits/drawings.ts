/**
 * Drawings in a file: JSON Lines, one drawing a line, with the strokes as a pen or a finger left them.
 *
 *   {"label": 7, "strokes": [[x0, y0, x1, y1, …], …]}
 *
 * y points down, and the unit is anybody's. `label` may be missing. Other keys, such as the writer's name, are kept.
 * Empty lines are passed over.
 */
import { FormatError, formatValue, isObject, parseJson } from "#base";
import { FARTHEST } from "./pen.ts";
import type { Stroke } from "./pen.ts";

/** What one line holds. */
export interface Drawing {
  strokes: readonly Stroke[];
  /** The digit, 0–9; null when the line does not say. */
  label: number | null;
  /** Where it stands in the text, counted from 1. */
  line: number;
  /** All other keys of the line. */
  notes: Readonly<Record<string, unknown>>;
}

const WANT = '{"label": 7, "strokes": [[x0, y0, x1, y1, …], …]}';

/**
 * All drawings of a text.
 *
 * @param options.file for errors
 * @throws {FormatError} when a line is no such object; it names the line
 */
export function readDrawings(text: string, { file }: { file?: string } = {}): Drawing[] {
  return text.split("\n").flatMap((content, index) => {
    // a mark at the beginning of a file says which way round its bytes are, and nothing else
    const own = index === 0 ? content.replace(/^\uFEFF/, "") : content;
    return own.trim() === "" ? [] : [readDrawing(own, { file, line: index + 1 })];
  });
}

function readDrawing(content: string, place: { file: string | undefined; line: number }): Drawing {
  const refuse = (problem: string, got: string) =>
    new FormatError({ op: "readDrawings", problem, got, want: WANT, ...place });
  const value = parseJson(content);
  if (value === undefined) throw refuse("a line is no JSON", formatValue(content));
  if (!isObject(value)) throw refuse("a line holds no drawing", formatValue(value));
  const { label = null, strokes, ...notes } = value;
  if (label !== null && !(Number.isInteger(label) && (label as number) >= 0 && (label as number) <= 9)) {
    throw refuse("a label is no digit", `label ${formatValue(label)}`);
  }
  if (!Array.isArray(strokes)) throw refuse("a drawing has no strokes", `strokes ${formatValue(strokes)}`);
  strokes.forEach((stroke: unknown, index) => {
    const isStroke = Array.isArray(stroke) && stroke.length % 2 === 0 && stroke.every(isCoordinate);
    if (!isStroke) throw refuse(`stroke ${index} is none`, formatValue(stroke));
  });
  return { strokes: strokes as number[][], label: label as number | null, line: place.line, notes };
}

function isCoordinate(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) <= FARTHEST;
}
