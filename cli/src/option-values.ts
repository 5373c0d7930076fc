/** What stands after an option, read and checked at once: a wrong number is a wrong command line, exit code 2. */
import { InvalidArgumentError, Option } from "commander";

/** A whole number of at least `least`. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\s*[+-]?\d/.test(text) && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const upper = most === Number.MAX_SAFE_INTEGER ? "" : ` and at most ${most}`;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}${upper}.`);
  };
}

/** A finite number above 0. */
export function positiveNumber(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && value < Infinity) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}

/** A part of something: a number from 0 to below 1. */
export function fractionOfOne(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= 0 && value < 1) return value;
  throw new InvalidArgumentError("It must be a number from 0 to below 1.");
}

/** Given several times, all of them count. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** What becomes of a table's rows that have a gap. */
export function missingOption(): Option {
  const help = "of a CSV file: rows with a missing cell are refused (default), or left out";
  return new Option("--missing <how>", help).choices(["refuse", "drop"]);
}
