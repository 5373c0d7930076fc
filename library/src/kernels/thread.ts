/**
 * One of the threads that share a linear memory, and how they work on a program together.
 *
 * A program is a list of jobs that lie in shared memory. Of each job the units of work (elements, rows) are cut into as
 * many parts as there are threads, always at multiples of a grain; a thread takes its own part first and then what is
 * left of others', and whoever finishes the last one puts up the next job. So nobody is in charge, nothing returns to the
 * caller between two jobs, and a thread that the system has put aside holds the others up by the part in its hands at
 * most. Every number is computed wholly within one part and in the same way wherever the cut lies: results depend neither
 * on the number of threads nor on who did what.
 *
 * The control block, at the start of memory:
 *
 *   word   0  offer: a bit for each part of the job that nobody has taken, or OVER, or CLOSED; taking a part is a
 *             compare-and-swap, and only who has taken one can rely on what the other words say
 *   word  16  pending: parts that are not finished
 *   word  32  sleepers: threads that want to be woken when the offer changes
 *   word  48  where the job lies, 49 the number of a kernel that has failed in any thread, plus 1
 *   from 32 KiB, in f64: job after job, each its kernel's number, units, grain, whether it is cut, count of values, values;
 *             then END
 */
import { CONTROL_BYTES, SCRATCH_BYTES } from "./memory.ts";
import type { Job } from "./program.ts";

const OFFER = 0;
const PENDING = 16; // each on a cache line of its own
const SLEEPERS = 32;
const POSITION = 48;
const FAILED = 49;

const OVER = 1 << 28; // in place of parts: the program is over
const CLOSED = 1 << 29; // the pool is

const PROGRAM = 4096; // in f64 words: 32 KiB, behind the modules' constants
const PROGRAM_END = CONTROL_BYTES / 8;
const HEAD = 5; // words before a job's values
const END = -1;

/** Looks at the offer before a thread goes to sleep: some 100 µs, longer than the JavaScript between two kernel calls. */
const SPINS = 300_000;
/** How often that goes into a second, for a page's main thread, which may not sleep. */
const SPINS_PER_SECOND = 10_000;

type KernelFunction = (...values: number[]) => void;

/** What a worker needs to join the pool. */
export interface WorkerStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** Its number; the caller's is 0. */
  thread: number;
  threads: number;
}

/** The part [begin, end) of `units` with this number. */
function partOf(units: number, grain: number, number: number, parts: number): [begin: number, end: number] {
  const grains = Math.ceil(units / grain);
  const begin = Math.floor((grains * number) / parts) * grain;
  const end = Math.floor((grains * (number + 1)) / parts) * grain;
  return [begin, Math.min(end, units)];
}

export class Thread {
  readonly #kernels: readonly KernelFunction[];
  readonly #names: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #memory: WebAssembly.Memory;
  readonly #waitWhile: KernelFunction;
  readonly #words: Int32Array;
  readonly #values: Float64Array;
  readonly #thread: number;
  readonly #threads: number;
  readonly #scratch: number;
  readonly #maySleep: boolean;

  constructor({ module, memory, thread, threads }: WorkerStart) {
    const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: () => undefined } });
    const functions = Object.entries(exports).filter(([, value]) => typeof value === "function");
    const sorted = functions.toSorted(([a], [b]) => (a < b ? -1 : 1));
    this.#names = sorted.map(([name]) => name);
    this.#kernels = sorted.map(([, kernel]) => kernel as KernelFunction);
    this.#numbers = new Map(this.#names.map((name, number) => [name, number]));
    this.#memory = memory;
    this.#waitWhile = exports.waitWhile as KernelFunction;
    this.#words = new Int32Array(memory.buffer, 0, 64);
    this.#values = new Float64Array(memory.buffer, 0, PROGRAM_END);
    this.#thread = thread;
    this.#threads = threads;
    this.#scratch = CONTROL_BYTES + thread * SCRATCH_BYTES;
    this.#maySleep = maySleep(this.#words);
  }

  /** Does a whole job alone. @returns whether it could be done */
  runAlone({ name, values, units }: Job): boolean {
    return this.#run(this.#numbers.get(name) as number, values, 0, units);
  }

  /** Whether this build multiplies and adds with one rounding here. */
  fuses(): boolean {
    this.runAlone({ name: "fusedProbe", values: [this.#scratch], units: 1, grain: 1, split: false });
    return new Float32Array(this.#memory.buffer, this.#scratch, 1)[0] !== 0;
  }

  /** Writes the program: as many of the jobs from number `from` on as have room. @returns the number of the next one */
  write(jobs: readonly Job[], from: number): number {
    let position = PROGRAM;
    let index = from;
    for (; index < jobs.length; index++) {
      const { name, values, units, grain, split } = jobs[index];
      if (position + HEAD + values.length >= PROGRAM_END) break;
      const kernel = this.#numbers.get(name) as number;
      this.#values.set([kernel, units, grain, split ? 1 : 0, values.length], position);
      this.#values.set(values, position + HEAD);
      position += HEAD + values.length;
    }
    this.#values[position] = END;
    return index;
  }

  /** Runs the program that was written, with whoever helps. @returns the name of a kernel that failed, or null */
  run(waitForOthers: () => void): string | null {
    this.#goOn(PROGRAM);
    for (;;) {
      const offer = Atomics.load(this.#words, OFFER);
      if (offer === OVER) break;
      if (offer === 0) waitForOthers();
      else this.#take(offer);
    }
    const failed = this.#words[FAILED];
    this.#words[FAILED] = 0;
    return failed === 0 ? null : this.#names[failed - 1];
  }

  /** A worker's life: takes parts of whatever is put up, until the pool closes. */
  serve(): void {
    for (;;) {
      const offer = Atomics.load(this.#words, OFFER);
      if (offer === CLOSED) return;
      if (offer !== 0 && offer !== OVER) this.#take(offer);
      else if (!this.#spin(offer)) this.#sleep(offer);
    }
  }

  /** Waits until the others put up the next job or end the program. @returns false when nothing happens for so long */
  waitForOthers(seconds: number): boolean {
    if (this.#spin(0)) return true;
    for (let left = seconds; left > 0; left--) {
      if (this.#maySleep) {
        if (this.#sleep(0, 1000)) return true;
      } else {
        for (let looks = 0; looks < SPINS_PER_SECOND; looks++) if (this.#spin(0)) return true;
      }
    }
    return false;
  }

  /** Looks at the offer for a while. @returns whether it has changed */
  #spin(offer: number): boolean {
    this.#waitWhile(4 * OFFER, offer, SPINS);
    return Atomics.load(this.#words, OFFER) !== offer;
  }

  /** Sleeps until the offer changes, or for so long. @returns false when the time is over */
  #sleep(offer: number, milliseconds?: number): boolean {
    Atomics.add(this.#words, SLEEPERS, 1);
    const outcome = Atomics.wait(this.#words, OFFER, offer, milliseconds);
    Atomics.sub(this.#words, SLEEPERS, 1);
    return outcome !== "timed-out";
  }

  /** No program follows: workers leave. */
  close(): void {
    this.#offer(CLOSED);
  }

  /** Goes on with the job that lies there: does at once what is not cut, and puts up the next one that is. */
  #goOn(from: number): void {
    const values = this.#values;
    const words = this.#words;
    for (let position = from; values[position] !== END && words[FAILED] === 0; position = this.#after(position)) {
      if (values[position + 3] === 1) {
        words[POSITION] = position;
        Atomics.store(words, PENDING, this.#threads);
        this.#offer((1 << this.#threads) - 1);
        return;
      }
      this.#do(position, 0, values[position + 1]);
    }
    this.#offer(OVER);
  }

  #after(position: number): number {
    return position + HEAD + this.#values[position + 4];
  }

  /** Takes a part of what is on offer and does it, unless another thread is faster. */
  #take(offer: number): void {
    const words = this.#words;
    // one's own part first: the same thread then meets the same rows in the next job, and finds them in its cache
    const own = offer & (1 << this.#thread);
    const number = 31 - Math.clz32(own === 0 ? offer : own);
    if (Atomics.compareExchange(words, OFFER, offer, offer & ~(1 << number)) !== offer) return;
    const position = words[POSITION];
    const [units, grain] = [this.#values[position + 1], this.#values[position + 2]];
    const [begin, end] = partOf(units, grain, number, this.#threads);
    if (begin < end) this.#do(position, begin, end);
    if (Atomics.sub(words, PENDING, 1) === 1) this.#goOn(this.#after(position));
  }

  #do(position: number, begin: number, end: number): void {
    const values = this.#values;
    const kernel = values[position];
    const given: number[] = [];
    for (let i = position + HEAD; i < this.#after(position); i++) given.push(values[i]);
    if (!this.#run(kernel, given, begin, end)) this.#words[FAILED] = kernel + 1;
  }

  /** A trap, such as an address beyond memory, must not end this thread: others wait for it. */
  #run(kernel: number, values: readonly number[], begin: number, end: number): boolean {
    try {
      this.#kernels[kernel](...values, begin, end, this.#scratch);
      return true;
    } catch {
      return false;
    }
  }

  #offer(offer: number): void {
    Atomics.store(this.#words, OFFER, offer);
    if (Atomics.load(this.#words, SLEEPERS) > 0) Atomics.notify(this.#words, OFFER);
  }
}

/** A page's main thread may not: it throws, where others only find that the word is another. */
function maySleep(words: Int32Array): boolean {
  try {
    return Atomics.wait(words, SLEEPERS, -1, 0) === "not-equal";
  } catch {
    return false;
  }
}
