/** What is being trained, and how long all of it may still take. */
import { variants } from "./variants.js";

export class Progress {
  #waiting;
  #count;
  #seconds = new Map();

  constructor(wanted, results) {
    this.#waiting = [...wanted];
    this.#count = wanted.length;
    for (const { name, seconds } of results)
      this.#note(
        variants.find((each) => each.name === name),
        seconds,
      );
  }

  show(variant, seed, part) {
    if (!process.stderr.isTTY) return;
    process.stderr.write(`\r\u001B[K${this.#place} ${variant.name}, seed ${seed}: ${(100 * part).toFixed(0)} %`);
  }

  finished(variant, seed, { seconds, curve }) {
    const place = this.#place;
    this.#waiting.shift();
    this.#note(variant, seconds);
    const { training, validation } = curve.at(-1);
    const [learnt, held] = [training, validation].map(([, accuracy]) => `${(100 * accuracy).toFixed(2)} %`);
    const minutes = Math.ceil(this.#waiting.reduce((sum, { variant: next }) => sum + this.#expected(next), 0) / 60);
    process.stderr.write(
      `${process.stderr.isTTY ? "\r\u001B[K" : ""}${place} ${variant.name}, seed ${seed}: ` +
        `training ${learnt}, validation ${held}, ${seconds} s; about ${minutes} min left\n`,
    );
  }

  get #place() {
    return `${this.#count - this.#waiting.length + 1} of ${this.#count}`;
  }

  #note({ trial, network }, seconds) {
    const key = `${trial} ${network}`;
    this.#seconds.set(key, [...(this.#seconds.get(key) ?? []), seconds]);
  }

  /** Seconds that a training may take: the mean of its like, or of all. */
  #expected({ trial, network }) {
    const known = this.#seconds.get(`${trial} ${network}`) ?? [...this.#seconds.values()].flat();
    return known.reduce((sum, each) => sum + each, 0) / known.length;
  }
}
