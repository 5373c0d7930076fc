/**
 * From names to class numbers: the different names that samples bear, in order, are the classes, and a sample's label is
 * the place of its name among them.
 */
import { FormatError, formatValue, nearest } from "#base";
import { listed, numberIn } from "./csv.ts";

/** Labels are bytes. */
export const MOST_CLASSES = 256;

/** What errors say of samples and their place. */
interface Named {
  op: string;
  file?: string;
  column?: string;
  /** What the samples are called when there are several, e.g. "rows". */
  samples: string;
  /** Where the sample of this index comes from, e.g. "line 7". */
  placeOf?: (sample: number) => { file?: string; line?: number };
}

/**
 * The classes that the names make.
 *
 * @throws {FormatError} when there is one class only, or more than 256
 */
export function classesOf(
  names: readonly string[],
  { op, file, column, samples }: Named,
): { classNames: string[]; labels: Uint8Array } {
  const classNames = inOrder(new Set(names));
  if (classNames.length === 1) {
    const problem = `all ${names.length} ${samples} are of one class, ${formatValue(classNames[0])}`;
    throw new FormatError({
      op,
      problem,
      file,
      column,
      want: "at least two classes, for there is nothing to tell apart",
    });
  }
  return { classNames, labels: labelsOf(names, classNames, { op, file, column, samples }) };
}

/**
 * The place of each name among classes that are known.
 *
 * @throws {FormatError} when a name is none of them, or they are more than a byte can count
 */
export function labelsOf(names: readonly string[], classNames: readonly string[], named: Named): Uint8Array {
  if (classNames.length > MOST_CLASSES) {
    throw new FormatError({
      op: named.op,
      problem: `${classNames.length} different classes`,
      file: named.file,
      column: named.column,
      got: listed(classNames, 6),
      want: `at most ${MOST_CLASSES}`,
    });
  }
  const numbers = new Map(classNames.map((name, label) => [name, label]));
  return Uint8Array.from(names, (name, sample) => {
    const label = numbers.get(name);
    if (label !== undefined) return label;
    const { op, file, column, placeOf } = named;
    const near = nearest(name, classNames);
    throw new FormatError({
      op,
      problem: `nobody knows the class ${formatValue(name)}`,
      file,
      column,
      ...placeOf?.(sample),
      want: `one of ${listed(classNames)}`,
      fix: near === null ? undefined : `did you mean ${formatValue(near)}?`,
    });
  });
}

/** Names in order: numbers by size, ahead of words, which go by their characters. */
export function inOrder(names: Iterable<string>): string[] {
  const keyed = Array.from(names, (name) => ({
    name,
    size: name.trim() === "" ? Infinity : (numberIn(name) ?? Infinity),
  }));
  keyed.sort((a, b) => (a.size === b.size ? compare(a.name, b.name) : compare(a.size, b.size)));
  return keyed.map(({ name }) => name);
}

function compare<Value extends string | number>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
