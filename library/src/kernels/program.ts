/**
 * Programs: kernel calls that are noted once and run many times.
 *
 * A training step calls the same kernels on the same arrays every time. Who notes the calls of one step can run them
 * again without what stands between them: tensors, checks of shapes, the choice of operations. A call can also be looked
 * at before it runs: which arrays it reads and writes, and how much there is to compute.
 */
import type { Kernels } from "./kernels.ts";

/** A piece of work for a pool of threads: a fast kernel, what it is handed, and how it may be cut. */
export interface Job {
  readonly name: string;
  /** Addresses and numbers, in the kernel's own order. */
  readonly values: readonly number[];
  /** Rows, elements or whatever the kernel counts. */
  readonly units: number;
  /** Cuts lie at multiples of so many units. */
  readonly grain: number;
  /** Whether threads share it; else one does it alone. The result is the same. */
  readonly split: boolean;
}

/** A call of a kernel that was noted, not made. */
export class Call {
  readonly name: keyof Kernels;
  readonly arguments: readonly unknown[];
  /** What the fast backend does for it; the reference backend calls its kernel with the arguments instead. */
  readonly jobs: readonly Job[];

  constructor(name: keyof Kernels, given: readonly unknown[], jobs: readonly Job[]) {
    this.name = name;
    this.arguments = given;
    this.jobs = jobs;
  }

  /** Bytes of the arrays that it was handed, each counted once; of a data set's bytes it takes only some, and none count. */
  get bytes(): number {
    const arrays = this.arguments.filter((value) => value instanceof Float32Array || value instanceof Float64Array);
    const distinct = arrays.filter((array, index) => arrays.findIndex((other) => isSame(array, other)) === index);
    return distinct.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}

/**
 * What notes the calls of kernels: it runs a body with kernels that compute nothing.
 *
 * @param kernels whose calls are noted
 * @param jobsOf what a call comes to in the fast backend
 */
export function createNotes(
  kernels: Kernels,
  jobsOf: (name: keyof Kernels, given: readonly unknown[]) => readonly Job[],
): (body: (kernels: Kernels) => void) => Call[] {
  let calls: Call[] = [];
  const names = Object.keys(kernels) as (keyof Kernels)[];
  const noting = names.map((name) => [
    name,
    (...given: unknown[]) => void calls.push(new Call(name, given, jobsOf(name, given))),
  ]);
  const notingKernels = Object.fromEntries(noting) as Kernels;
  return (body) => {
    calls = [];
    body(notingKernels);
    return calls;
  };
}

/** A kernel as a function of whatever it was handed when its call was noted. */
export function kernelOf(kernels: Kernels, name: keyof Kernels): (...given: readonly unknown[]) => void {
  return kernels[name] as (...given: readonly unknown[]) => void;
}

const isSame = (a: ArrayBufferView, b: ArrayBufferView) => a.buffer === b.buffer && a.byteOffset === b.byteOffset;
