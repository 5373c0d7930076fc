/** Node. */
import { availableParallelism } from "node:os";
import type { WorkerStart } from "#kernels";
import type { Platform } from "./platform.ts";
import { gunzip, sha256 } from "./streams.ts";

export const platform: Platform = {
  name: "node",
  cores: availableParallelism,
  sharedMemory: () => true,
  spawn,
  bytesOf: (hexadecimal) => Buffer.from(hexadecimal, "hex"),
  pause: () => new Promise((resolve) => setImmediate(resolve)),
  gunzip,
  sha256,
};

/** The worker's text becomes a `data:` URL: it needs no file, so source, build and bundle start it alike. */
async function spawn(source: string, start: WorkerStart): Promise<{ close(): void }> {
  const { Worker } = process.getBuiltinModule("node:worker_threads"); // not before: many programs end without a worker
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  const worker = new Worker(url, { execArgv: [], stdin: false });
  worker.postMessage(start);
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("it ended before it was ready")));
  });
  worker.unref(); // an engine that is never closed does not keep the process alive
  return { close: () => void worker.terminate() };
}
