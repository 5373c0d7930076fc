/**
 * The threads of one engine. The caller is thread 0; the others run in workers, and share its memory.
 *
 * Nobody waits for workers: one that has started takes parts of jobs from then on. Until then, and for what is not worth
 * sharing, the caller works alone; results are the same.
 */
import { PlatformError } from "#base";
import type { Job } from "./program.ts";
import { Thread } from "./thread.ts";
import type { WorkerStart } from "./thread.ts";

/** How long nothing may happen before a worker counts as lost, in seconds; a part of a job takes far less. */
const PATIENCE = 120;

/** Starts a worker that runs `source`, hands it `start`, and resolves when it reports ready. */
export type Spawn = (source: string, start: WorkerStart) => Promise<{ close(): void }>;

/** What the workers of a pool are made with. */
export interface PoolStart extends Omit<WorkerStart, "thread"> {
  spawn: Spawn;
  /** What a worker runs. */
  source: () => Promise<string>;
  /** In seconds; the default is two minutes. */
  patience?: number;
}

/** A worker's life. @param ready called when the worker can take parts */
export function serve(start: WorkerStart, ready: () => void): void {
  const thread = new Thread(start);
  ready();
  thread.serve();
}

export class Pool {
  readonly threads: number;
  readonly #start: PoolStart;
  readonly #thread: Thread;
  #workers: { close(): void }[] = [];
  #ready: Promise<void> | undefined;
  #failure: PlatformError | undefined;
  #closed = false;

  constructor(start: PoolStart) {
    this.threads = start.threads;
    this.#start = start;
    this.#thread = new Thread({ ...start, thread: 0 });
  }

  /**
   * Sets the workers off; resolves when they are on their way, some 30 ms before they can take parts. One that does not
   * arrive is an error of the next job that is shared.
   */
  async begin(): Promise<void> {
    const text = await this.#start.source();
    this.#ready = this.#spawnWorkers(text);
    this.#ready.catch((error: PlatformError) => (this.#failure = error));
  }

  /** Sets the workers off and waits until all can take parts. @throws {PlatformError} when one cannot start */
  async start(): Promise<void> {
    await this.begin();
    await this.#ready;
  }

  /**
   * Does jobs, one after the other: all threads share those that are `split`, one does each of the others.
   *
   * @throws {PlatformError} when a kernel fails, or when a worker is lost or could not be started
   */
  run(jobs: readonly Job[]): void {
    let next = 0;
    while (next < jobs.length) {
      const job = jobs[next];
      if (!job.split || this.threads === 1 || this.#closed) {
        if (!this.#thread.runAlone(job)) failed(job.name);
        next++;
      } else {
        if (this.#failure) throw this.#failure;
        next = this.#thread.write(jobs, next);
        const failedKernel = this.#thread.run(() => this.#wait());
        if (failedKernel !== null) failed(failedKernel);
      }
    }
  }

  /** Whether this build multiplies and adds with one rounding here. */
  fuses(): boolean {
    return this.#thread.fuses();
  }

  /** Ends the workers. Jobs may still be done, by the calling thread alone. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#thread.close();
    for (const worker of this.#workers) worker.close();
  }

  async #spawnWorkers(text: string): Promise<void> {
    const { spawn, module, memory, threads } = this.#start;
    const numbers = Array.from({ length: threads - 1 }, (_, index) => index + 1);
    const started = await Promise.allSettled(numbers.map((thread) => spawn(text, { module, memory, thread, threads })));
    this.#workers = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const failure = started.find((result) => result.status === "rejected");
    if (failure || this.#closed) for (const worker of this.#workers) worker.close();
    if (!failure) return;
    throw new PlatformError({
      op: "createEngine",
      problem: `a worker could not be started: ${(failure.reason as Error).message}`,
      missing: "workers",
      want: `${threads - 1} workers beside the calling thread`,
      fix: "use createEngine({ threads: 1 }); in a page, its Content-Security-Policy must allow worker-src blob:",
    });
  }

  /** Waits for the others; a worker that is no more will never finish its part. */
  #wait(): void {
    if (this.#thread.waitForOthers(this.#start.patience ?? PATIENCE)) return;
    this.close();
    throw new PlatformError({
      op: "engine",
      problem: "a thread has ended in the middle of a kernel",
      missing: "a worker",
      want: "workers that live as long as the engine",
      fix: "what was being computed is lost: create a new engine, and go on from the last checkpoint",
    });
  }
}

/** A trap has no more to say than this: an address beyond memory, and the kernel is at fault or was handed a bad array. */
function failed(op: string): never {
  throw new PlatformError({ op, problem: "the kernel failed", missing: "a working kernel" });
}
