/**
 * What a test on drawings says beyond other tests: which of them were misread, by name, so that they can be looked at, and
 * how many were not taken for digits at all. Every drawing counts in the accuracy by its likeliest digit, those too.
 */
import type { ClassEvaluation } from "inkling/train";
import { shortened } from "./colors.ts";
import type { Colors } from "./colors.ts";
import type { LabelledDigits } from "./drawn-digits.ts";
import { percent, plural } from "./numbers.ts";
import { printable } from "./printable.ts";

/** Drawings to be judged, and where they come from. */
export interface DrawnTest extends LabelledDigits {
  origin: string;
  /** Whether they were prepared. */
  preparation: boolean;
}

export interface DrawnJudgement {
  preparation: boolean;
  /** How many nobody can read: blank ones, and those that the model refuses. */
  rejected: number;
  /** How many of these were blank. */
  blank: number;
  errors: readonly DrawnError[];
}

interface DrawnError {
  /** The file, with the line in it. */
  source: string;
  /** What it is, and what it was taken for. */
  label: string;
  said: string;
  /** How sure the model was of that, 0–1. */
  probability: number;
}

const MOST_ERRORS = 40; // on a screen; --json has all

export function judgementOf(
  { predictions, probabilities, strangeness }: ClassEvaluation,
  { digits, dataset, preparation }: DrawnTest,
): DrawnJudgement {
  const { labels, classNames, length } = dataset;
  const classes = probabilities.length / length;
  const errors = digits.flatMap(({ source }, index) => {
    const [label, said] = [labels[index], predictions[index]];
    if (label === said) return [];
    const probability = probabilities[index * classes + said];
    return [{ source, label: classNames[label], said: classNames[said], probability }];
  });
  const isStrange = (index: number) => strangeness !== null && strangeness[index] > 0;
  const rejected = digits.filter(({ blank }, index) => blank || isStrange(index)).length;
  return { preparation, rejected, blank: digits.filter(({ blank }) => blank).length, errors };
}

export function renderJudgement(
  { preparation, blank, errors }: DrawnJudgement,
  { columns, colors }: { columns: number; colors: Colors },
): string[] {
  const shown = errors.slice(0, MOST_ERRORS);
  return [
    ...(preparation ? [] : [colors.dim("without preparation: only brought to 28×28 pixels")]),
    ...(blank === 0 ? [] : [`${plural(blank, "drawing")} without ink, counted as read all the same`]),
    ...(errors.length === 0 ? [] : [colors.bold("misread")]),
    ...shown.map(({ source, label, said, probability }) => {
      const name = shortened(printable(source), columns - 24);
      return `${label} as ${said}  ${percent(probability, 1).padStart(7)} sure  ${colors.dim(name)}`;
    }),
    ...(errors.length > shown.length ? [colors.dim(`and ${errors.length - shown.length} more: --json lists all`)] : []),
  ].map((line) => `  ${line}`);
}
