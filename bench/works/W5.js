/**
 * W5: from the start of a process to its first prediction by the network of W1, its weights read from a file, above an
 * empty process of the same Node. One thread, unless another number is asked for: one image has no work for two.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildModel, createEngine, Rng, saveModel } from "inkling";
import { mnistFolder } from "../mnist.js";
import { models } from "../models.js";
import { path, resultOf, runProgram, timeAboveEmpty } from "../processes.js";

export const title = "from the start of a process to its first prediction, above an empty process";

const ROUNDS = 20;

export async function run({ threads = 1, module }, report) {
  const folder = mkdtempSync(join(tmpdir(), "inkling-bench-"));
  const modelFile = join(folder, "W1.safetensors");
  const engine = await createEngine({ threads, module });
  writeFileSync(modelFile, saveModel(buildModel(engine, models.W1.architecture, { rng: new Rng(1) })));
  const { module: build } = engine;
  engine.close();
  const given = [modelFile, join(mnistFolder, "t10k-images-idx3-ubyte"), String(threads), module];
  const start = { command: process.execPath, arguments: [path("programs/start.js"), ...given] };
  const empty = { command: process.execPath, arguments: [path("programs/empty.js")] };
  const times = timeAboveEmpty(start, empty, ROUNDS);
  const { imported, started, loaded, predicted } = resultOf(runProgram(start).output);
  rmSync(folder, { recursive: true });
  const parts = { importedMs: imported, engineMs: started - imported, loadMs: loaded - started };
  parts.predictMs = predicted - loaded;
  const rounded = Object.entries(parts).map(([name, ms]) => [name, Number(ms.toFixed(1))]);
  report(rounded.map(([name, ms]) => `${name} ${ms}`).join(", "));
  return { work: "W5", ...times, ...Object.fromEntries(rounded), threads, module: build, node: process.version };
}

/** What is put beside peers. */
export const compared = [{ key: "aboveEmptyMs", unit: "ms above an empty process", better: "less" }];

export function format({ aboveEmptyMs, medianMs, emptyMedianMs, threads, module, node }) {
  const whole = `${medianMs} ms in all, ${emptyMedianMs} ms an empty one, medians`;
  return `W5  ${aboveEmptyMs} ms above an empty process (${whole})  (${threads} threads, ${module}, Node ${node})`;
}
