/**
 * Matrix products: the shapes of dense layers forward and backward, square ones, few rows, narrow and flat ones. The time is
 * the least of many repetitions; the fraction is of the multiply-add peak of as many threads, measured in the same run
 * (peak.js). An operation is a multiplication or an addition.
 */
import { createEngine } from "inkling";
import { measurePeak } from "../peak.js";

export const title = "matrix products of many shapes: GFLOP/s, and how much of the peak that is";

/** [kernel, M, K, N] */
const SHAPES = [
  ["matmul", 128, 784, 128],
  ["matmulTransposeA", 784, 128, 128],
  ["matmulTransposeB", 128, 128, 784],
  ["matmul", 128, 512, 256],
  ["matmulTransposeA", 512, 128, 256],
  ["matmulTransposeB", 128, 256, 512],
  // a last layer of ten classes
  ["matmul", 128, 128, 10],
  ["matmulTransposeA", 128, 128, 10],
  ["matmulTransposeB", 128, 10, 128],
  ["matmul", 128, 1600, 10],
  ["matmulTransposeA", 1600, 128, 10],
  ["matmulTransposeB", 128, 10, 1600],
  // squares; powers of two lie badly in caches
  ["matmul", 256, 256, 256],
  ["matmul", 512, 512, 512],
  ["matmulTransposeA", 512, 512, 512],
  ["matmulTransposeB", 512, 512, 512],
  ["matmul", 1000, 1000, 1000],
  ["matmul", 1024, 1024, 1024],
  // few rows, as in prediction
  ...[1, 2, 4, 8, 16, 32].map((rows) => ["matmul", rows, 784, 128]),
  ["matmul", 1, 1024, 1024],
  // flat and narrow
  ["matmul", 1000, 4, 1000],
  ["matmul", 10_000, 784, 128],
  ["matmul", 128, 784, 1],
];
const SECONDS = 0.5; // for each shape and number of threads
const LEAST_MS = 0.2; // short calls are timed together

/** Numbers of a linear congruential generator, from −1 to 1: the same in every run. */
function numbers(length) {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Milliseconds of one call. */
function measure(engine, [kernel, M, K, N]) {
  const [a, b, c] = [M * K, K * N, M * N].map((length) => engine.tensor(numbers(length), [length]));
  const time = (calls) => {
    const begin = performance.now();
    for (let call = 0; call < calls; call++) engine.kernels[kernel](a.data, b.data, c.data, M, K, N, 1);
    return performance.now() - begin;
  };
  let calls = 1;
  while (time(calls) < LEAST_MS) calls *= 2;
  let least = Infinity;
  const end = performance.now() + 1000 * SECONDS;
  for (let round = 0; round < 5 || performance.now() < end; round++) least = Math.min(least, time(calls) / calls);
  return least;
}

export async function run({ threads, module = "auto" }, report) {
  const rows = [];
  for (const count of threads === undefined ? [1, 2] : [threads]) {
    const engine = await createEngine({ threads: count, module });
    const peakNow = () => measurePeak({ fused: engine.module !== "simd", threads: count });
    const before = await peakNow();
    const measured = [];
    for (const shape of SHAPES) {
      const [kernel, M, K, N] = shape;
      const milliseconds = engine.step(() => measure(engine, shape)); // whose memory is then given back
      const speed = (2 * M * K * N) / (1e6 * milliseconds);
      measured.push({ kernel, sizes: [M, K, N], threads: count, milliseconds, gigaflops: speed });
      report(`${count} threads, ${kernel} ${M}×${K}×${N}: ${speed.toFixed(1)} GFLOP/s`);
    }
    const peak = Math.max(before, await peakNow()); // others may have been at work the first time
    rows.push(...measured.map((row) => ({ ...row, peak, fraction: row.gigaflops / peak })));
    engine.close();
  }
  return { work: "gemm", node: process.version, rows };
}

export function format({ rows }) {
  const header = ["M × K × N".padEnd(38), "threads", "µs".padStart(12), "GFLOP/s".padStart(10), "of peak".padStart(9)];
  const lines = rows.map(({ kernel, sizes, threads, milliseconds, gigaflops, fraction }) =>
    [
      `${kernel} ${sizes.join(" × ")}`.padEnd(38),
      String(threads).padStart(7),
      (1000 * milliseconds).toFixed(1).padStart(12),
      gigaflops.toFixed(1).padStart(10),
      `${(100 * fraction).toFixed(0)} %`.padStart(9),
    ].join(""),
  );
  return [header.join(""), ...lines].join("\n");
}
