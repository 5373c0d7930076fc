/**
 * A block at the foot of a terminal that is drawn anew in place, at most ten times a second. What is printed meanwhile
 * stays above it. Only a terminal has one: files and pipes get plain lines.
 */
import { widthOf } from "./colors.ts";

const LEAST_MS = 100; // between two drawings

export class Screen {
  readonly #stream: NodeJS.WriteStream;
  #drawn: string[] = [];
  #lastMs = -Infinity;
  readonly #showCursor = () => this.#stream.write("\x1b[?25h");

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.write("\x1b[?25l");
    process.once("exit", this.#showCursor); // whatever ends the process, the cursor comes back
  }

  get columns(): number {
    return this.#stream.columns || 80; // some terminals say 0: they do not know
  }

  /** Draws unless it did just now. The lines are asked for only when they are needed. */
  draw(lines: () => string[], { now = false }: { now?: boolean } = {}): void {
    const time = performance.now();
    if (!now && time - this.#lastMs < LEAST_MS) return;
    this.#lastMs = time;
    this.#replace("", lines());
  }

  /** A line that stays, above the block. */
  print(line: string): void {
    this.#replace(`${line}\n`, this.#drawn);
  }

  /** Leaves the block as it is, and gives the cursor back. */
  close(): void {
    process.off("exit", this.#showCursor);
    this.#showCursor();
  }

  /** One write, wrapped as a whole picture for terminals that can wait for it: nothing flickers. */
  #replace(above: string, lines: string[]): void {
    const { columns } = this;
    // after the window was made narrower, a long line takes several rows
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    const up = rows > 0 ? `\x1b[${rows}A` : "";
    const block = lines.map((line) => `${line}\n`).join("");
    this.#stream.write(`\x1b[?2026h${up}\r\x1b[0J${above}${block}\x1b[?2026l`);
    this.#drawn = lines;
  }
}
