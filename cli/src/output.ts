/**
 * The two streams of a command: results go to stdout, everything said on the way to stderr. So `inkling … > file` and
 * `inkling … | jq` get results and nothing else.
 */
import { colorsOf } from "./colors.ts";
import type { Colors } from "./colors.ts";
import { inJson, printable } from "./printable.ts";

/** Colours for what goes to stdout. */
export function resultColors(): Colors {
  return colorsOf(process.stdout);
}

/** Colours for what goes to stderr. */
export function noteColors(): Colors {
  return colorsOf(process.stderr);
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

/** One JSON value on a line of its own; what a terminal would obey is written by its number, as JSON may. */
export function printJson(value: unknown): void {
  process.stdout.write(`${printable(JSON.stringify(value), inJson)}\n`);
}

/** A remark to the person at the keyboard; the names in it are others'. */
export function note(text: string): void {
  noteLine(printable(text));
}

/** A remark in colours, whose names are printable already. */
export function noteLine(text: string): void {
  process.stderr.write(`${text}\n`);
}

const MOST_ALIKE = 3;

/** Remarks that differ only in what they name, when they are many, as one: with their number and the first three names. */
export function folded(texts: readonly string[]): string[] {
  const kinds = new Map<string, string[]>();
  const kindOf = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"/, "…");
  for (const text of texts) kinds.set(kindOf(text), [...(kinds.get(kindOf(text)) ?? []), text]);
  return [...kinds].flatMap(([kind, alike]) => {
    if (alike.length <= MOST_ALIKE || !kind.includes("…")) return alike;
    const names = alike.slice(0, MOST_ALIKE).map((text) => /"(?:[^"\\]|\\.)*"/.exec(text)?.[0]);
    return [`${kind} (${alike.length} times: ${names.join(", ")}, …)`];
  });
}

/** Columns to fill with results; a file is written as if it were 80 wide. */
export function resultColumns(): number {
  return process.stdout.columns || 80;
}

/** Asks yes or no; null where nobody sits at the keyboard. */
export function asker(): ((question: string) => Promise<boolean>) | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return async (question) => {
    const { createInterface } = await import("node:readline/promises");
    const dialog = createInterface({ input: process.stdin, output: process.stderr });
    // Ctrl-C and Ctrl-D close the dialog, in some versions of Node without an answer: that is a no
    const closed = new Promise<string>((resolve) => dialog.once("close", () => resolve("")));
    const answer = dialog.question(`${question} [y/N] `).catch(() => "");
    try {
      return /^y(es)?$/i.test((await Promise.race([answer, closed])).trim());
    } finally {
      dialog.close();
    }
  };
}

/** Runs a task with a line of progress that is written over on a terminal, wiped at the end, and absent elsewhere. */
export async function withProgressLine<T>(task: (report: (line: string) => void) => Promise<T>): Promise<T> {
  let shown = false;
  const report = (line: string) => {
    if (!process.stderr.isTTY) return;
    shown = true;
    process.stderr.write(`\r\x1b[2K${line.slice(0, (process.stderr.columns || 80) - 1)}`);
  };
  try {
    return await task(report);
  } finally {
    if (shown) process.stderr.write("\r\x1b[2K");
  }
}
