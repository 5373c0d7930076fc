/**
 * Parity: a fast kernel must say what its readable twin says, and must write nowhere else.
 *
 * The twin computes in f64 from the same f32 numbers. Every case runs on both builds of the kernels, with 1, 2 and 4
 * threads; each build's first run is compared with the twin within a tolerance, its others with the first, bit by bit.
 * Around every array lie NaNs, which must survive; and arrays do not always start at a multiple of 16 bytes.
 */
import { setFlagsFromString } from "node:v8";
import { createFastBackend, createReferenceBackend } from "#kernels";
import type { Backend, Kernels, Windows } from "#kernels";
import { platform } from "#platform";
import { afterAll, beforeAll, test } from "vitest";

setFlagsFromString("--experimental-wasm-relaxed-simd"); // Node 20 hides it; later ones know no such flag, and need none

const CANARIES = 16;

type Argument = Float32Array | Uint8Array | number | boolean | readonly number[] | Windows | null;
export type Case = readonly Argument[];

const backends: Backend[] = [];
beforeAll(async () => {
  for (const module of ["simd", "relaxed-simd"] as const)
    for (const threads of [1, 2, 4]) backends.push(await createFastBackend(platform, { threads, module }));
});
afterAll(() => backends.forEach((backend) => backend.close()));

const reference = createReferenceBackend({ precision: "f64" }).kernels;

/**
 * One test for one kernel.
 *
 * @param tolerance allowed difference as a part of 1 + |what the twin says|; 0: equal once that is rounded to f32
 * @param cases the kernel's arguments in order; all arrays are compared afterwards, those read and those written
 */
export function parity(kernel: keyof Kernels, tolerance: number, cases: readonly Case[]): void {
  test(`${kernel} agrees with its twin in ${cases.length} cases`, () => {
    for (const [number, values] of cases.entries()) {
      const at = `${kernel}, case ${number} (${describe(values)})`;
      const want = values.map((value) => (value instanceof Float32Array ? Float64Array.from(value) : value));
      call(reference, kernel, want);
      const firsts = new Map<string, readonly Argument[]>(); // by build: fusing a multiplication changes last bits
      for (const backend of backends) {
        const where = `${at}, ${backend.module}, ${backend.threads} threads`;
        const got = runFenced(backend, kernel, values, where);
        const first = firsts.get(backend.module);
        if (first === undefined) compare(want, got, tolerance, where);
        else compareBits(first, got, where);
        firsts.set(backend.module, first ?? got);
      }
    }
  });
}

function call(kernels: Kernels, kernel: keyof Kernels, values: readonly unknown[]): void {
  (kernels[kernel] as (...values: readonly unknown[]) => void)(...values);
}

/** Runs a kernel on copies of the arrays with canaries around them, and returns what the arrays then hold. */
function runFenced(backend: Backend, kernel: keyof Kernels, values: Case, where: string): readonly Argument[] {
  const mark = backend.mark();
  const fences: Float32Array[] = [];
  const placed = values.map((value, index) => {
    if (value instanceof Uint8Array) {
      const bytes = backend.reserveBytes(value.length);
      bytes.set(value);
      return bytes;
    }
    if (!(value instanceof Float32Array)) return value;
    const begin = CANARIES + (index % 4);
    const space = backend.reserve(begin + value.length + CANARIES).fill(NaN) as Float32Array;
    fences.push(space.subarray(0, begin), space.subarray(begin + value.length));
    const array = space.subarray(begin, begin + value.length);
    array.set(value);
    return array;
  });
  call(backend.kernels, kernel, placed);
  if (!fences.every((fence) => fence.every(Number.isNaN))) throw new Error(`${where}: written beside an array`);
  const got = placed.map((value) => (value instanceof Float32Array ? value.slice() : value));
  backend.releaseTo(mark);
  return got;
}

function compare(want: readonly unknown[], got: readonly Argument[], tolerance: number, where: string): void {
  for (const [argument, array] of got.entries()) {
    if (!(array instanceof Float32Array)) continue;
    const wanted = want[argument] as Float64Array;
    for (let i = 0; i < array.length; i++) {
      const rounded = Math.fround(wanted[i]);
      if (array[i] === rounded || (Number.isNaN(array[i]) && Number.isNaN(rounded))) continue;
      if (Math.abs(array[i] - wanted[i]) <= tolerance * (1 + Math.abs(wanted[i])) && Number.isFinite(rounded)) continue;
      throw new Error(`${where}: argument ${argument} [${i}] is ${array[i]}, its twin has ${wanted[i]}`);
    }
  }
}

function compareBits(want: readonly Argument[], got: readonly Argument[], where: string): void {
  for (const [argument, array] of got.entries()) {
    if (!(array instanceof Float32Array)) continue;
    const wanted = want[argument] as Float32Array;
    for (let i = 0; i < array.length; i++) {
      if (Object.is(array[i], wanted[i])) continue;
      throw new Error(`${where}: argument ${argument} [${i}] is ${array[i]}, another run had ${wanted[i]}`);
    }
  }
}

function describe(values: Case): string {
  return values
    .map((value) => (ArrayBuffer.isView(value) ? `${value.length} numbers` : JSON.stringify(value)))
    .join(", ");
}
