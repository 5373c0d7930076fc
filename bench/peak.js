/**
 * The peak of this machine in WebAssembly: multiply-adds of 4 f32 numbers that never leave the registers, nothing else.
 * A program that did only useful arithmetic would run as fast as this. It is what a fraction of the peak is a fraction of.
 *
 * The module is assembled here, byte by byte, with one function `run(steps)` for each of two kinds of multiply-add:
 *
 *   fused    aᵢ = relaxed_madd(x, y, aᵢ)     12 sums: more than the 8 that two units of latency 4 need
 *   plain    aᵢ = aᵢ + xⱼ · yₖ               6 sums, each of another product, for equal ones would be computed only once;
 *                                            y₀ and y₁ change places at each step, so that no product outlives its step
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const LANES = 4;
const RUNS = 8;
const RUN_MS = 15;

// opcodes: https://webassembly.github.io/spec/core/appendix/index-instructions.html
const V128 = 0x7b;
const I32 = 0x7f;
const get = (local) => [0x20, local];
const set = (local) => [0x21, local];
const i32Const = (value) => [0x41, value];
const vector = (opcode) => [0xfd, ...unsigned(opcode)];
const f32Const = (value) => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)];
const SPLAT = vector(0x13);
const EXTRACT_0 = [...vector(0x1f), 0];
const ADD = vector(0xe4);
const MULTIPLY = vector(0xe6);
const RELAXED_MADD = vector(0x105);
const END = 0x0b;

/** LEB128: seven bits a byte, the lowest first. */
function unsigned(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** Operands x and y near 1 and 0, so that sums neither grow out of range nor fall into slow subnormal numbers. */
const kinds = {
  fused: {
    sums: 12,
    operands: [1.0001, 0.0001],
    step: (sum, operand) => Array.from({ length: 12 }, (_, i) => multiplyAdd(operand(0), operand(1), sum(i))).flat(),
  },
  plain: {
    sums: 6,
    operands: [1.0001, 1.0002, 1.0003, 0.0001, -0.0001],
    step: (sum, operand) => [
      ...Array.from({ length: 6 }, (_, i) => product(operand(i >> 1), operand(3 + (i & 1)), sum(i))).flat(),
      ...[get(operand(3)), get(operand(4)), set(operand(3)), set(operand(4))].flat(),
    ],
  },
};

const multiplyAdd = (x, y, sum) => [...get(x), ...get(y), ...get(sum), ...RELAXED_MADD, ...set(sum)];
const product = (x, y, sum) => [...get(sum), ...get(x), ...get(y), ...MULTIPLY, ...ADD, ...set(sum)];

/** (module (func (export "run") (param $steps i32) (result f32) …)) */
function assemble({ sums, operands, step }) {
  const sum = (i) => 1 + i; // local 0 is $steps
  const operand = (i) => 1 + sums + i;
  const body = [
    ...[1, sums + operands.length, V128], // one group of locals
    ...operands.flatMap((value, i) => [...f32Const(value), ...SPLAT, ...set(operand(i))]),
    ...[0x03, 0x40], // loop
    ...step(sum, operand),
    ...[...get(0), ...i32Const(1), 0x6b, 0x22, 0, 0x0d, 0], // $steps −= 1, and on while it is not 0
    END,
    ...get(sum(0)),
    ...Array.from({ length: sums - 1 }, (_, i) => [...get(sum(i + 1)), ...ADD]).flat(), // all are used: none may be left out
    ...EXTRACT_0,
    END,
  ];
  const section = (id, bytes) => [id, ...unsigned(bytes.length), ...bytes];
  const name = [...new TextEncoder().encode("run")];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...section(1, [1, 0x60, 1, I32, 1, 0x7d]), // types: i32 → f32
    ...section(3, [1, 0]), // one function, of that type
    ...section(7, [1, name.length, ...name, 0, 0]), // exports it
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

/** GFLOP/s of this thread: the best of a few short runs. */
function measureThread(kind) {
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(assemble(kinds[kind]))).exports;
  const time = (steps) => {
    const begin = performance.now();
    run(steps);
    return performance.now() - begin;
  };
  let steps = 1000;
  while (time(steps) < RUN_MS) steps *= 2;
  const best = Math.min(...Array.from({ length: RUNS }, () => time(steps)));
  return (steps * kinds[kind].sums * LANES * 2) / (best * 1e6);
}

/**
 * GFLOP/s in f32 of so many threads at the same time; a multiplication and an addition are two.
 *
 * @param {{ fused: boolean, threads?: number }} options fused: in one rounding, which the runtime must have
 */
export async function measurePeak({ fused, threads = 1 }) {
  const kind = fused ? "fused" : "plain";
  const file = new URL(import.meta.url);
  const each = Array.from({ length: threads }, () => {
    const worker = new Worker(file, { workerData: { peak: kind }, execArgv: [] });
    return new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  });
  return (await Promise.all(each)).reduce((sum, speed) => sum + speed, 0);
}

if (!isMainThread && workerData?.peak !== undefined) parentPort.postMessage(measureThread(workerData.peak));
