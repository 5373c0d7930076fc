/**
 * What a model is judged by, as its screens say it: for classes the part that is right, for numbers how far off they
 * are in the mean. And what samples are called: digits, pictures, rows.
 */
import type { Dataset } from "inkling/data";
import { percent, valueText } from "./numbers.ts";

export interface Measures {
  /** Null for numbers. */
  accuracy: number | null;
  /** In the target's own units; null for classes. */
  meanAbsoluteError: number | null;
}

/** "98.57 %", "±4.21", or "–" when there is neither. */
export function measureText({ accuracy, meanAbsoluteError }: Measures, digits = 2): string {
  if (accuracy !== null) return percent(accuracy, digits);
  return meanAbsoluteError === null ? "–" : `±${valueText(meanAbsoluteError)}`;
}

export function isMeasured({ accuracy, meanAbsoluteError }: Measures): boolean {
  return accuracy !== null || meanAbsoluteError !== null;
}

/** A measure of the validation samples, by the names that a record has for it. */
export function validationOf(record: {
  validationAccuracy: number | null;
  validationMeanAbsoluteError?: number | null;
}): Measures {
  const { validationAccuracy: accuracy, validationMeanAbsoluteError: meanAbsoluteError = null } = record;
  return { accuracy, meanAbsoluteError };
}

export type Noun = "digit" | "picture" | "row";

/** What one sample is called. */
export function nounFor({ inputShape, ...dataset }: Dataset): Noun {
  if (inputShape.length !== 3) return "row";
  const isDigits = dataset.task === "classification" && dataset.classNames.every((name) => /^\d$/.test(name));
  return isDigits ? "digit" : "picture";
}

/** Samples in a second are counted in images, or in rows. */
export function rateText(perSecond: string, noun: Noun): string {
  return `${perSecond} ${noun === "row" ? "rows" : "images"}/s`;
}
