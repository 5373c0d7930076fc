/**
 * The entry of a pool worker, in any runtime: it takes its start message and serves. The build bundles this file with
 * all that it imports into one text, from which every worker is started.
 */
import { serve } from "#kernels";
import type { WorkerStart } from "#kernels";

// `WorkerGlobalScope` exists in browsers and in Deno; Node has a message port instead
if ("WorkerGlobalScope" in globalThis) {
  globalThis.onmessage = (event: MessageEvent<WorkerStart>) => serve(event.data, () => globalThis.postMessage("ready"));
} else {
  const { parentPort } = await import("node:worker_threads");
  parentPort?.once("message", (start: WorkerStart) => {
    serve(start, () => parentPort.postMessage("ready"));
  });
}
