/** A training as a work of Node: W1, W2 and W3 differ in their network and their epochs only. */
import { createEngine } from "inkling";
import { loadMnist } from "./mnist.js";
import { models } from "./models.js";
import { measurePeak } from "./peak.js";
import { timeTraining } from "./training.js";

/** @param {{ work: "W1" | "W2" | "W3", epochs: number }} usual */
export async function measureTraining(usual, { threads, module, epochs = usual.epochs, batches }, report) {
  const [engine, data] = await Promise.all([createEngine({ threads, module }), loadMnist()]);
  const result = await timeTraining(engine, models[usual.work], { data, epochs, batches }, report);
  engine.close();
  const peak = await measurePeak({ fused: engine.module !== "simd", threads: engine.threads });
  return {
    work: usual.work,
    ...result,
    peakGigaflops: Number(peak.toFixed(1)),
    fractionOfPeak: Number((result.gigaflops / peak).toFixed(3)),
    // the most that was resident at any time; Node counts it in KiB
    residentBytes: process.resourceUsage().maxRSS * 1024,
    threads: engine.threads,
    module: engine.module,
    node: process.version,
  };
}

/** What is put beside peers. */
export const compared = [{ key: "secondsPerEpoch", unit: "s per epoch", better: "less" }];

export function formatTraining({ work, secondsPerEpoch, testAccuracy, epochs, batches, ...result }) {
  const { gigaflops, fractionOfPeak, threads, module, node } = result;
  const accuracy =
    testAccuracy === null
      ? `from ${batches} batches`
      : `test accuracy ${(100 * testAccuracy).toFixed(2)} % after ${epochs}`;
  const speed = `${gigaflops} GFLOP/s, ${(100 * fractionOfPeak).toFixed(0)} % of the peak`;
  const conditions = `${threads} ${threads === 1 ? "thread" : "threads"}, ${module}, Node ${node}`;
  return `${work}  ${secondsPerEpoch} s per epoch, ${speed}, ${accuracy}  (${conditions})`;
}
