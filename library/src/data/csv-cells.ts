/**
 * A CSV text as cells: one walk that looks at each character once, and knows at every moment in which line it is. Quotes
 * are taken off here; what a cell means is asked elsewhere.
 *
 * @see [RFC4180]
 */
import { FormatError, formatValue } from "#base";

/** What errors say was being done. */
export const OP = "readCsv";

/** A text to be walked over. */
export interface Source {
  text: string;
  delimiter: string;
  file: string | undefined;
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** Walks over a text row by row, cell by cell, looking at each character once. */
export class CellReader {
  /** The line that is being read, from 1. */
  line = 1;
  /** Whether the row has another cell. */
  inRow = false;
  /** The columns' names, as soon as they are known: errors mention them. */
  names: readonly string[] = [];
  readonly file: string | undefined;
  readonly delimiter: string;
  readonly #text: string;
  readonly #delimiterCode: number;
  #at = 0;
  #column = 0;

  constructor({ text, delimiter, file }: Source) {
    this.#text = text;
    this.delimiter = delimiter;
    this.#delimiterCode = delimiter.charCodeAt(0);
    this.file = file;
  }

  /** Goes on to the next line that is not empty; false at the end of the text. */
  nextRow(): boolean {
    for (;;) {
      const end = this.#pastSpaces(this.#at);
      if (end === this.#text.length) return false;
      if (!this.#isBreak(end)) break;
      this.#at = this.#pastBreak(end);
      this.line++;
    }
    this.#column = 0;
    this.inRow = true;
    return true;
  }

  /** The next cell of the row, without the spaces around it, and unwrapped if it stands in quotes. */
  nextCell(): string {
    const text = this.#text;
    const begin = this.#pastSpaces(this.#at);
    if (text.charCodeAt(begin) === QUOTE) return this.#unwrap(begin);
    let end = begin;
    while (!this.#isEnd(end)) end++;
    const next = end;
    while (end > begin && this.#isSpace(text.charCodeAt(end - 1))) end--;
    this.#leave(next);
    return text.slice(begin, end);
  }

  /** A cell in quotes: from quote to quote, and on where two stand together. */
  #unwrap(opening: number): string {
    const text = this.#text;
    const opened = this.line;
    let cell = "";
    let begin = opening + 1;
    for (;;) {
      const quote = text.indexOf('"', begin);
      if (quote === -1) {
        throw this.refuse({
          problem: "a quote is not closed",
          line: opened,
          column: this.names[this.#column] ?? this.#column + 1,
          got: `${formatValue(text.slice(opening, opening + 30))} …`,
          want: 'a second " before a comma or the end of the line',
          fix: 'a quote that belongs to the cell is written twice: ""',
        });
      }
      this.line += this.#breaksWithin(begin, quote);
      cell += text.slice(begin, quote);
      begin = quote + 2;
      if (text.charCodeAt(quote + 1) !== QUOTE) {
        const end = this.#pastSpaces(quote + 1);
        if (!this.#isEnd(end)) throw this.#behindQuote(end);
        this.#leave(end);
        return cell;
      }
      cell += '"';
    }
  }

  #behindQuote(at: number): FormatError {
    return this.refuse({
      problem: "something stands behind a closing quote",
      line: this.line,
      column: this.names[this.#column] ?? this.#column + 1,
      got: `${formatValue(this.#text.slice(at, at + 20))} …`,
      want: `a ${nameOf(this.delimiter)} or the end of the line`,
      fix: 'a quote that belongs to the cell is written twice: ""',
    });
  }

  /** Past what ends the cell. */
  #leave(end: number): void {
    this.inRow = this.#text.charCodeAt(end) === this.#delimiterCode;
    this.#column++;
    if (this.inRow) this.#at = end + 1;
    else if (end === this.#text.length) this.#at = end;
    else {
      this.#at = this.#pastBreak(end);
      this.line++;
    }
  }

  refuse(answers: Omit<ConstructorParameters<typeof FormatError>[0], "op">): FormatError {
    return new FormatError({ op: OP, file: this.file, ...answers });
  }

  #isSpace(code: number): boolean {
    return code === SPACE || (code === TAB && this.#delimiterCode !== TAB);
  }

  #isBreak(at: number): boolean {
    const code = this.#text.charCodeAt(at);
    return code === LINE_FEED || code === CARRIAGE_RETURN;
  }

  #isEnd(at: number): boolean {
    return at === this.#text.length || this.#isBreak(at) || this.#text.charCodeAt(at) === this.#delimiterCode;
  }

  #pastSpaces(at: number): number {
    let end = at;
    while (this.#isSpace(this.#text.charCodeAt(end))) end++;
    return end;
  }

  /** LF, CR, or both together, are one line break. */
  #pastBreak(at: number): number {
    const both = this.#text.charCodeAt(at) === CARRIAGE_RETURN && this.#text.charCodeAt(at + 1) === LINE_FEED;
    return at + (both ? 2 : 1);
  }

  #breaksWithin(begin: number, end: number): number {
    let breaks = 0;
    let at = begin;
    while (at < end) {
      if (this.#isBreak(at)) {
        breaks++;
        at = this.#pastBreak(at);
      } else at++;
    }
    return breaks;
  }
}

export function nameOf(delimiter: string): string {
  return delimiter === "," ? "comma" : delimiter === ";" ? "semicolon" : "tab";
}
