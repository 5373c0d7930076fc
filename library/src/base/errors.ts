/**
 * Errors that help. Each is data first (`error.op`, `error.shapes`, `error.offset`, …) and text last; the text answers
 * three questions: what happened (the first line, enough for a log), what was expected, and how to fix it.
 *
 *   matmul: the inner dimensions differ: 784 and 128
 *     got   a [32, 784] and b [128, 10]
 *     want  a's columns = b's rows
 *     fix   is a layer missing between them? Dense(784, 128) would make a [32, 128]
 */
import { formatShape } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** What every error of this library says. */
interface Answers {
  /** The function or file that noticed, by the name its user knows. */
  op: string;
  /** What happened, in one line that can stand alone. */
  problem: string;
  /** What was given, when the first line does not show it already. */
  got?: string;
  /** What would have been right. */
  want?: string;
  /** What to do now; only when we know. */
  fix?: string;
}

/** The parent of all errors that this library raises on purpose. */
export class InklingError extends Error {
  override name = "InklingError";
  readonly op: string;
  readonly problem: string;
  readonly got: string | undefined;
  readonly want: string | undefined;
  readonly fix: string | undefined;

  constructor({ op, problem, got, want, fix }: Answers) {
    const lines = [`${op}: ${problem}`];
    if (got !== undefined) lines.push(`  got   ${got}`);
    if (want !== undefined) lines.push(`  want  ${want}`);
    if (fix !== undefined) lines.push(`  fix   ${fix}`);
    super(lines.join("\n"));
    this.op = op;
    this.problem = problem;
    this.got = got;
    this.want = want;
    this.fix = fix;
  }
}

/** Shapes that cannot meet. */
export class ShapeError extends InklingError {
  override name = "ShapeError";
  readonly shapes: Readonly<Record<string, Shape>>;

  constructor({ shapes, ...answers }: Omit<Answers, "got"> & { shapes: Record<string, Shape> }) {
    const got = Object.entries(shapes).map(([name, shape]) => `${name} ${formatShape(shape)}`);
    super({ ...answers, got: got.join(" and ") });
    this.shapes = shapes;
  }
}

/** A setting out of its range, or one that nobody knows. */
export class SettingError extends InklingError {
  override name = "SettingError";
  readonly setting: string;
  readonly value: unknown;

  constructor({ setting, value, ...answers }: Answers & { setting: string; value: unknown }) {
    super({ got: `${setting} = ${formatValue(value)}`, ...answers });
    this.setting = setting;
    this.value = value;
  }
}

/** Memory that is not there, or no longer there. */
export class MemoryError extends InklingError {
  override name = "MemoryError";
  readonly askedBytes: number | undefined;
  readonly freeBytes: number | undefined;

  constructor({ askedBytes, freeBytes, ...answers }: Answers & { askedBytes?: number; freeBytes?: number }) {
    super(answers);
    this.askedBytes = askedBytes;
    this.freeBytes = freeBytes;
  }
}

/** Where in a file something is; as much of it as is known. */
interface Place {
  file?: string;
  offset?: number;
  line?: number;
  column?: string | number;
}

/** Bytes or text that are not what they claim to be. */
export class FormatError extends InklingError {
  override name = "FormatError";
  readonly file: string | undefined;
  /** Where in the file the trouble begins, in bytes. */
  readonly offset: number | undefined;
  /** Where in a text, counted from 1. */
  readonly line: number | undefined;
  /** In which column of a table: its name, or its number from 1 where it has none. */
  readonly column: string | number | undefined;

  constructor({ file, offset, line, column, ...answers }: Answers & Place) {
    const place: string[] = [];
    if (file !== undefined) place.push(file);
    if (offset !== undefined) place.push(`byte ${offset}`);
    if (line !== undefined) place.push(`line ${line}`);
    if (column !== undefined) place.push(`column ${formatValue(column)}`);
    super(place.length === 0 ? answers : { ...answers, problem: `${answers.problem} (${place.join(", ")})` });
    this.file = file;
    this.offset = offset;
    this.line = line;
    this.column = column;
  }
}

/** Something that this runtime, browser or processor does not offer. */
export class PlatformError extends InklingError {
  override name = "PlatformError";
  readonly missing: string;

  constructor({ missing, ...answers }: Answers & { missing: string }) {
    super(answers);
    this.missing = missing;
  }
}

/** A step that cannot be recorded once and repeated. */
export class PlanError extends InklingError {
  override name = "PlanError";
}

/** A value as an error shows it. It may come from a hostile file: nothing of it is called, and a long one is cut. */
export function formatValue(value: unknown): string {
  if (typeof value === "number" || value === undefined || typeof value === "bigint") return String(value);
  if (typeof value === "function") return "a function";
  return shortened(JSON.stringify(value));
}

/** A text as an error shows it: a hostile one may be megabytes long, and its beginning says enough. */
export function shortened(text: string, most = 200): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
