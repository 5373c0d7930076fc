/**
 * A pool of threads that share one linear memory. The caller is thread 0; the others run `serve` in workers.
 *
 * A job is one kernel call whose units of work (elements, rows) are cut into as many parts as there are threads, always
 * at multiples of a grain. Whoever is free takes the next part, so a thread that the system has put aside holds nobody
 * up: the caller then does its part too. Every number is computed wholly within one part and in the same way wherever
 * the cut lies, so results depend neither on the number of threads nor on who did what.
 *
 * Job and answer pass through the control block at the start of memory:
 *
 *   word   0  offer: number of the job · 32 + parts that nobody has taken yet; taking one is a compare-and-swap, which
 *             fails when the job is over, and only who has taken a part reads the rest
 *   word  16  pending: parts that are not finished; the caller waits for it to reach 0
 *   word  32  the kernel's number, 33 count of arguments, 34 units, 35 grain, 36 parts
 *   word  37  not 0 once a kernel has failed in any thread
 *   byte 256  the arguments, f64 each
 */
import { PlatformError } from "#base";
import { CONTROL_BYTES, SCRATCH_BYTES } from "./memory.ts";
import type { Job } from "./program.ts";

const OFFER = 0;
const PENDING = 16; // on a cache line of its own
const KERNEL = 32;
const COUNT = 33;
const UNITS = 34;
const GRAIN = 35;
const PARTS = 36;
const FAILED = 37;
const ARGUMENTS = 32; // in f64 words: byte 256
const CLOSE = -1; // in place of a kernel's number
const MOST_PARTS = 31; // what fits below the job's number in the offer

/** Looks at a word before a thread goes to sleep: some 100 µs, longer than the JavaScript between two kernel calls. */
const SPINS = 300_000;

export type KernelFunction = (...values: number[]) => void;

/** What a worker needs to join the pool. */
export interface WorkerStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** Its number, from 1. */
  thread: number;
  threads: number;
}

/** Starts a worker that runs `source`, hands it `start`, and resolves when it reports ready. */
export type Spawn = (source: string, start: WorkerStart) => Promise<{ close(): void }>;

interface Instance {
  kernels: KernelFunction[];
  names: string[];
  /** Looks at a word of memory until it differs from a value, or `spins` times. */
  waitWhile: KernelFunction;
}

function instantiate({ module, memory }: Pick<WorkerStart, "module" | "memory">): Instance {
  const env = { memory, abort: () => undefined };
  const { exports } = new WebAssembly.Instance(module, { env });
  const functions = Object.entries(exports).filter(([, value]) => typeof value === "function");
  const sorted = functions.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    names: sorted.map(([name]) => name),
    kernels: sorted.map(([, kernel]) => kernel as KernelFunction),
    waitWhile: exports.waitWhile as KernelFunction,
  };
}

/** The part [begin, end) of `units` with this number. */
function partOf(units: number, grain: number, number: number, parts: number): [begin: number, end: number] {
  const grains = Math.ceil(units / grain);
  const begin = Math.floor((grains * number) / parts) * grain;
  const end = Math.floor((grains * (number + 1)) / parts) * grain;
  return [begin, Math.min(end, units)];
}

/** Takes a part of the job on offer: its number, or −1 when all are taken. */
function take(words: Int32Array): number {
  for (;;) {
    const offer = Atomics.load(words, OFFER);
    const left = offer & MOST_PARTS;
    if (left === 0) return -1;
    if (Atomics.compareExchange(words, OFFER, offer, offer - 1) === offer) return left - 1;
  }
}

const scratchOf = (thread: number) => CONTROL_BYTES + thread * SCRATCH_BYTES;

/**
 * A worker's life: wait for an offer, do parts of it until none is left; until the pool closes.
 *
 * @param ready called when the worker can take parts
 */
export function serve(start: WorkerStart, ready: () => void): void {
  const { memory, thread } = start;
  const { kernels, waitWhile } = instantiate(start);
  const words = new Int32Array(memory.buffer, 0, 64);
  const values = new Float64Array(memory.buffer, 0, 128);
  ready();
  for (;;) {
    const number = take(words);
    if (number === -1) {
      const idle = Atomics.load(words, OFFER);
      if ((idle & MOST_PARTS) !== 0) continue;
      waitWhile(4 * OFFER, idle, SPINS);
      Atomics.wait(words, OFFER, idle);
      continue;
    }
    if (words[KERNEL] === CLOSE) return;
    const [begin, end] = partOf(words[UNITS], words[GRAIN], number, words[PARTS]);
    try {
      const given = values.subarray(ARGUMENTS, ARGUMENTS + words[COUNT]);
      if (begin < end) kernels[words[KERNEL]](...given, begin, end, scratchOf(thread));
    } catch {
      words[FAILED] = 1; // a trap, such as an address beyond memory: the caller must not wait for ever
    }
    Atomics.sub(words, PENDING, 1);
  }
}

/** The threads of one engine. */
export class Pool {
  readonly threads: number;
  readonly #workers: readonly { close(): void }[];
  readonly #kernels: ReadonlyMap<string, { index: number; run: KernelFunction }>;
  readonly #words: Int32Array;
  readonly #values: Float64Array;
  readonly #waitWhile: KernelFunction;
  #closed = false;

  private constructor(start: WorkerStart, workers: readonly { close(): void }[]) {
    const { kernels, names, waitWhile } = instantiate(start);
    this.threads = start.threads;
    this.#workers = workers;
    this.#kernels = new Map(names.map((name, index) => [name, { index, run: kernels[index] }]));
    this.#words = new Int32Array(start.memory.buffer, 0, 64);
    this.#values = new Float64Array(start.memory.buffer, 0, 128);
    this.#waitWhile = waitWhile;
  }

  /** Starts the workers and waits until all can take jobs. @throws {PlatformError} when one cannot start */
  static async start(
    spawn: Spawn,
    { source, module, memory, threads }: Omit<WorkerStart, "thread"> & { source: string },
  ): Promise<Pool> {
    const numbers = Array.from({ length: threads - 1 }, (_, index) => index + 1);
    const started = await Promise.allSettled(
      numbers.map((thread) => spawn(source, { module, memory, thread, threads })),
    );
    const workers = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const failure = started.find((result) => result.status === "rejected");
    if (failure) {
      for (const worker of workers) worker.close();
      throw new PlatformError({
        op: "createEngine",
        problem: `a worker could not be started: ${(failure.reason as Error).message}`,
        missing: "workers",
        want: `${threads - 1} workers beside the calling thread`,
        fix: "use createEngine({ threads: 1 }); in a page, its Content-Security-Policy must allow worker-src blob:",
      });
    }
    return new Pool({ module, memory, thread: 0, threads }, workers);
  }

  /** Does a job: all threads share it when it is `split`, else the calling thread does it alone. */
  run({ name, values, units, grain, split }: Job): void {
    const kernel = this.#kernels.get(name) as { index: number; run: KernelFunction };
    if (!split || this.threads === 1 || this.#closed) {
      try {
        kernel.run(...values, 0, units, scratchOf(0));
      } catch {
        this.#fail(name);
      }
      return;
    }
    const words = this.#words;
    words[KERNEL] = kernel.index;
    words[COUNT] = values.length;
    words[UNITS] = units;
    words[GRAIN] = grain;
    words[PARTS] = this.threads;
    this.#values.set(values, ARGUMENTS);
    Atomics.store(words, PENDING, this.threads);
    this.#offer(this.threads);
    for (let number = take(words); number !== -1; number = take(words)) {
      const [begin, end] = partOf(units, grain, number, this.threads);
      try {
        if (begin < end) kernel.run(...values, begin, end, scratchOf(0));
      } catch {
        words[FAILED] = 1; // the others must finish first, or they would count down the parts of the next job
      }
      Atomics.sub(words, PENDING, 1);
    }
    // a page's main thread may not sleep, so the caller looks until all have finished
    for (let left = Atomics.load(words, PENDING); left > 0; left = Atomics.load(words, PENDING)) {
      this.#waitWhile(4 * PENDING, left, SPINS);
    }
    if (words[FAILED] !== 0) {
      words[FAILED] = 0;
      this.#fail(name);
    }
  }

  /** A trap has no more to say than this: an address beyond memory, and the kernel is at fault or was handed a bad array. */
  #fail(op: string): never {
    throw new PlatformError({ op, problem: "the kernel failed", missing: "a working kernel" });
  }

  /** Puts up a new job with so many parts, and wakes who sleeps. */
  #offer(parts: number): void {
    const words = this.#words;
    const number = (Atomics.load(words, OFFER) >>> 5) + 1;
    Atomics.store(words, OFFER, (number << 5) | parts);
    Atomics.notify(words, OFFER);
  }

  /** Whether this build multiplies and adds with one rounding here. */
  fuses(): boolean {
    const pointer = scratchOf(0); // inside what the memory had from the start, all that #words' buffer covers
    this.run({ name: "fusedProbe", values: [pointer], units: 1, grain: 1, split: false });
    return new Float32Array(this.#words.buffer, pointer, 1)[0] !== 0;
  }

  /** Ends the workers. Kernels may still be run, by the calling thread alone. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#words[KERNEL] = CLOSE;
    this.#offer(this.threads - 1);
    for (const worker of this.#workers) worker.close();
  }
}
