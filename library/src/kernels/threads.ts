/**
 * A pool of threads that share one linear memory. The caller is thread 0; the others run `serve` in workers.
 *
 * A job is one kernel call whose units of work (elements, rows) are cut into as many parts as there are threads, always
 * at multiples of a grain. Every number is computed wholly within one part and in the same way wherever the cut lies, so
 * results do not depend on the number of threads.
 *
 * Job and answer pass through the control block at the start of memory:
 *
 *   word   0  ticket: grows by one with every job; workers wait for it to change
 *   word  16  pending: workers that have not finished; the caller waits for it to reach 0
 *   word  32  the kernel's number, 33 count of arguments, 34 units, 35 grain
 *   word  36  not 0 once a kernel has failed in a worker
 *   byte 256  the arguments, f64 each
 */
import { PlatformError } from "#base";
import { CONTROL_BYTES, SCRATCH_BYTES } from "./memory.ts";

const TICKET = 0;
const PENDING = 16; // on a cache line of its own
const KERNEL = 32;
const COUNT = 33;
const UNITS = 34;
const GRAIN = 35;
const FAILED = 36;
const ARGUMENTS = 32; // in f64 words: byte 256
const CLOSE = -1; // in place of a kernel's number

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

/** The part [begin, end) of `units` that a thread does. */
function part(units: number, grain: number, thread: number, threads: number): [begin: number, end: number] {
  const grains = Math.ceil(units / grain);
  const begin = Math.floor((grains * thread) / threads) * grain;
  const end = Math.floor((grains * (thread + 1)) / threads) * grain;
  return [begin, Math.min(end, units)];
}

const scratchOf = (thread: number) => CONTROL_BYTES + thread * SCRATCH_BYTES;

/**
 * A worker's life: wait for a job, do its part, report; until the pool closes.
 *
 * @param ready called when the worker can take jobs; before that nobody may wait for it
 */
export function serve(start: WorkerStart, ready: () => void): void {
  const { memory, thread, threads } = start;
  const { kernels, waitWhile } = instantiate(start);
  const words = new Int32Array(memory.buffer, 0, 64);
  const values = new Float64Array(memory.buffer, 0, 128);
  let ticket = Atomics.load(words, TICKET);
  ready();
  for (;;) {
    waitWhile(4 * TICKET, ticket, SPINS);
    // a late notification of the job before may wake this thread: only a new ticket is a new job
    while (Atomics.load(words, TICKET) === ticket) Atomics.wait(words, TICKET, ticket);
    ticket = Atomics.load(words, TICKET);
    if (words[KERNEL] === CLOSE) return;
    const [begin, end] = part(words[UNITS], words[GRAIN], thread, threads);
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

  /**
   * Runs a kernel. `split` work is shared by all threads, else the calling thread does it alone; the result is the same.
   *
   * @param units rows, elements or whatever the kernel counts
   */
  run(
    name: string,
    values: readonly number[],
    { units, grain, split }: { units: number; grain: number; split: boolean },
  ) {
    const kernel = this.#kernels.get(name) as { index: number; run: KernelFunction };
    if (!split || this.threads === 1 || this.#closed) {
      kernel.run(...values, 0, units, scratchOf(0));
      return;
    }
    const words = this.#words;
    words[KERNEL] = kernel.index;
    words[COUNT] = values.length;
    words[UNITS] = units;
    words[GRAIN] = grain;
    this.#values.set(values, ARGUMENTS);
    Atomics.store(words, PENDING, this.threads - 1);
    Atomics.add(words, TICKET, 1);
    Atomics.notify(words, TICKET);
    const [begin, end] = part(units, grain, 0, this.threads);
    if (begin < end) kernel.run(...values, begin, end, scratchOf(0));
    // a page's main thread may not sleep, so the caller looks until all have finished
    for (let left = Atomics.load(words, PENDING); left > 0; left = Atomics.load(words, PENDING)) {
      this.#waitWhile(4 * PENDING, left, SPINS);
    }
    if (words[FAILED] !== 0) {
      words[FAILED] = 0;
      throw new PlatformError({ op: name, problem: "the kernel failed in a worker", missing: "a working kernel" });
    }
  }

  /** Whether this build multiplies and adds with one rounding here. */
  fuses(): boolean {
    const pointer = scratchOf(0); // inside what the memory had from the start, all that #words' buffer covers
    this.run("fusedProbe", [pointer], { units: 1, grain: 1, split: false });
    return new Float32Array(this.#words.buffer, pointer, 1)[0] !== 0;
  }

  /** Ends the workers. Kernels may still be run, by the calling thread alone. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#words[KERNEL] = CLOSE;
    Atomics.add(this.#words, TICKET, 1);
    Atomics.notify(this.#words, TICKET);
    for (const worker of this.#workers) worker.close();
  }
}
