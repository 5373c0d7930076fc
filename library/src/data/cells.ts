/**
 * What people write into the cells of tables besides plain numbers and words: signs that they have no value, numbers
 * dressed up for reading, dates. Nothing is converted here; a cell is only called by its name, so that an error can say
 * what stands there.
 */
import { numberIn } from "./csv.ts";

/** What people write where they have no number. */
const MARKS = new Set(["na", "n/a", "n.a.", "nan", "null", "none", "nil", "?", "-", "--", "–", "—", ".", "#n/a"]);

/** Whether a cell says that there is no value, in a word or a sign. */
export function isMark(cell: string): boolean {
  return MARKS.has(cell.trim().toLowerCase());
}

export function isEmpty(cell: string): boolean {
  return cell.trim() === "";
}

export function isNumber(cell: string): boolean {
  const value = numberIn(cell);
  return value !== null && !Number.isNaN(value);
}

const MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?";
const TIME = "(?:[t ,]+\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?: ?[ap]m)?(?: ?z| ?[+-]\\d{2}:?\\d{2})?)?";
const DATES = [
  "\\d{4}([-/.])\\d{1,2}\\1\\d{1,2}", // 2024-01-31
  "\\d{1,2}([-/.])\\d{1,2}\\1(?:\\d{4}|\\d{2})", // 31.1.2024, 1/31/24
  `\\d{1,2}(?:st|nd|rd|th|\\.)?[- ]${MONTH}[- ,]+\\d{2,4}`, // 31 January 2024, 31-Jan-24
  `${MONTH} \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}`, // January 31, 2024
].map((form) => new RegExp(`^${form}${TIME}$`, "i"));

/** Whether a cell is a day of the calendar, with or without a time. */
export function isDate(cell: string): boolean {
  const text = cell.trim();
  return DATES.some((form) => form.test(text));
}

/** What keeps a cell from being a plain number. */
interface Dress {
  /** What would have to go, e.g. $ and , of "$1,200". */
  signs: string[];
  /** Whether its fraction begins with a comma. */
  decimalComma: boolean;
}

const SIGN = "[$€£¥₹]|[a-z]{1,2}\\$|usd|eur|gbp|chf|jpy";
const DIGITS = "[1-9]\\d{0,2}(?:[,.'’_ \\u00a0\\u202f]\\d{3})+(?:[.,]\\d+)?|\\d+(?:[.,]\\d*)?|[.,]\\d+";
const DRESSED = new RegExp(`^[+-]?(${SIGN})?\\s*[+-]?(${DIGITS})\\s*(${SIGN}|[%‰])?$`, "i");

/** How a number is dressed up in a cell, null when none is, or it is plain. */
export function dressOf(cell: string): Dress | null {
  if (isNumber(cell)) return null;
  const match = DRESSED.exec(cell.trim());
  if (match === null) return null;
  const [, before, digits, behind] = match;
  const separators = [...digits.replaceAll(/\d/g, "")];
  // 1,234 and 1.234.567 are whole numbers, 1,5 and 1.234,50 have a fraction; of 1.234 it is what a computer reads
  const [last] = separators.slice(-1);
  const whole = /^[1-9]\d{0,2}(\D)\d{3}(?:\1\d{3})*$/.test(digits) && (separators.length > 1 || last !== ".");
  const between = new Set(whole ? separators : separators.slice(0, -1));
  const signs = [before, ...Array.from(between, (sign) => (/\s/.test(sign) ? "the space" : sign)), behind];
  return { signs: signs.filter((sign) => sign !== undefined), decimalComma: !whole && last === "," };
}

/** What to do with the dressed-up numbers among these cells; null when there are none. */
export function undressing(cells: readonly string[]): string | null {
  const signs = new Set<string>();
  let found = false;
  let decimalComma = false;
  for (const cell of cells) {
    const dress = dressOf(cell);
    if (dress === null) continue;
    found = true;
    decimalComma ||= dress.decimalComma;
    for (const sign of dress.signs) signs.add(sign);
  }
  if (!found) return null;
  if (decimalComma) signs.delete(",");
  const listed = [...signs].join(" and ");
  const rest = listed === "" ? "" : `${listed} must go`;
  const point = "write them with a point, and nothing between thousands: 1234.5";
  return `are these numbers? ${decimalComma ? [point, rest].filter(Boolean).join("; ") : rest}`;
}
