/**
 * A backend is what an engine computes with: kernels, and the memory that they work on. There are two: readable
 * TypeScript on ordinary arrays, and WebAssembly on linear memory.
 */
import { SettingError } from "#base";
import { bindKernels } from "./fast.ts";
import type { Floats } from "./floats.ts";
import type { Kernels } from "./kernels.ts";
import { LinearMemory } from "./memory.ts";
import { compileKernels } from "./module.ts";
import type { ModuleChoice, ModuleName } from "./module.ts";
import { createNotes, kernelOf } from "./program.ts";
import type { Call, Job } from "./program.ts";
import { Pool } from "./threads.ts";
import type { Spawn } from "./threads.ts";

export interface Backend {
  readonly name: "reference" | "fast";
  readonly precision: "f32" | "f64";
  /** The build of the kernels; it decides the last bits of every result. */
  readonly module: "javascript" | ModuleName;
  /** How many threads really run. */
  readonly threads: number;
  /** What differs from what was asked for, in a sentence. */
  readonly note: string | null;
  readonly kernels: Kernels;
  /** Runs `body` with kernels that only note their calls. */
  record(body: (kernels: Kernels) => void): Call[];
  /** Makes noted calls, one after the other. */
  run(calls: readonly Call[]): void;
  /** Zeros that last until `release`. */
  allocate(length: number): Floats;
  release(array: Floats | Uint8Array): void;
  /** Numbers of the step arena, whatever they are. */
  reserve(length: number): Floats;
  /** Bytes of the step arena, whatever they hold. */
  reserveBytes(length: number): Uint8Array;
  /** Where the arena stands, for `releaseTo`. */
  mark(): number;
  releaseTo(mark: number): void;
  /** Bytes that last, bytes of the arena, bytes taken from the system. */
  bytes(): { lasting: number; arena: number; total: number };
  close(): void;
}

/** What computes on ordinary arrays; the host's garbage collector looks after memory. */
export function createPlainBackend({
  kernels,
  precision,
  zeros,
}: {
  kernels: Kernels;
  precision: "f32" | "f64";
  zeros: (length: number) => Floats;
}): Backend {
  return {
    name: "reference",
    precision,
    module: "javascript",
    threads: 1,
    note: null,
    kernels,
    record: createNotes(kernels, () => []),
    run: (calls) => {
      for (const { name, arguments: given } of calls) kernelOf(kernels, name)(...given);
    },
    allocate: zeros,
    release: () => undefined,
    reserve: zeros,
    reserveBytes: (length) => new Uint8Array(length),
    mark: () => 0,
    releaseTo: () => undefined,
    bytes: () => ({ lasting: 0, arena: 0, total: 0 }),
    close: () => undefined,
  };
}

/** The readable kernels, loaded now: who computes with the fast ones need not have them. */
export async function loadReferenceBackend(options: { precision: "f32" | "f64" }): Promise<Backend> {
  const { createReferenceBackend } = await import("./reference-backend.ts");
  return createReferenceBackend(options);
}

/** Arrays without numbers, and kernels that do nothing. */
export function createBlankBackend(): Backend {
  const zeros = () => new Float32Array(0);
  return createPlainBackend({ kernels: bindKernels(() => undefined), precision: "f32", zeros });
}

/** What the fast backend needs of its host. */
export interface Host {
  /** The bytes that a text spells, two hexadecimal digits each. */
  bytesOf(hexadecimal: string): Uint8Array<ArrayBuffer>;
  cores(): number;
  sharedMemory(): boolean;
  spawn: Spawn;
}

export interface FastOptions {
  threads?: number;
  module: ModuleChoice;
  /** In bytes. */
  memoryLimit?: number;
  /** Whether the backend is ready when all workers are (`now`, default), or while they are still starting. */
  workers?: "now" | "later";
  /** How long a worker may hold everything up before it counts as lost, in seconds. */
  patience?: number;
}

const MOST_THREADS = 16;
const GIBIBYTE = 1_073_741_824;

/**
 * WebAssembly kernels on linear memory, shared by threads.
 *
 * @throws {SettingError} when the number of threads is out of range
 * @throws {PlatformError} when the runtime lacks what was asked for
 */
export async function createFastBackend(host: Host, options: FastOptions): Promise<Backend> {
  const asked = options.threads ?? Math.min(host.cores(), 4);
  if (!Number.isInteger(asked) || asked < 1 || asked > MOST_THREADS) {
    throw new SettingError({
      op: "createEngine",
      problem: `${asked} threads cannot run`,
      setting: "threads",
      value: asked,
      want: `a whole number from 1 to ${MOST_THREADS}`,
    });
  }
  const alone = asked > 1 && !host.sharedMemory();
  const threads = alone ? 1 : asked;
  const { workers = "now", patience } = options;
  const { module, build } = await compileKernels(host, options.module);
  const linear = new LinearMemory({ threads, limit: options.memoryLimit ?? GIBIBYTE });
  const { memory } = linear;
  const pool = new Pool({ spawn: host.spawn, source: workerText, module, memory, threads, patience });
  if (threads > 1) await (workers === "now" ? pool.start() : pool.begin());
  const kernels = bindKernels((job) => pool.run([job]));
  let noted: Job[] = [];
  const noting = bindKernels((job) => noted.push(job));
  const jobsOf = (name: keyof Kernels, given: readonly unknown[]): Job[] => {
    noted = [];
    kernelOf(noting, name)(...given);
    return noted;
  };
  const floats = (begin: number, length: number) => new Float32Array(memory.buffer, begin, length);

  const name = build === "simd" ? build : (`relaxed-simd${pool.fuses() ? "+fma" : ""}` as ModuleName);

  return {
    name: "fast",
    precision: "f32",
    module: name,
    threads,
    note: alone ? oneThreadNote(asked) : null,
    kernels,
    record: createNotes(kernels, jobsOf),
    run: (calls) => pool.run(calls.flatMap(({ jobs }) => jobs)),
    allocate: (length) => floats(linear.allocate(4 * length), length),
    release: (array) => linear.release(array.byteOffset),
    reserve: (length) => floats(linear.reserve(4 * length), length),
    reserveBytes: (length) => {
      const begin = linear.reserve(length); // first, for it may grow the memory and so change its buffer
      return new Uint8Array(memory.buffer, begin, length);
    },
    mark: () => linear.mark(),
    releaseTo: (position) => linear.releaseTo(position),
    bytes: () => linear.bytes(),
    close: () => pool.close(),
  };
}

/** Loaded with the first worker: many programs end without one. */
async function workerText(): Promise<string> {
  const { workerSource } = await import("./generated/worker.ts");
  return workerSource;
}

function oneThreadNote(asked: number): string {
  return (
    `one thread runs instead of ${asked}: memory cannot be shared here; ` +
    "a page needs the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp"
  );
}
