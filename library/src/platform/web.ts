/** Browsers, Deno, and workers in either. */
import type { WorkerStart } from "#kernels";
import type { Platform } from "./platform.ts";
import { gunzip, sha256 } from "./streams.ts";

export const platform: Platform = {
  name: "web",
  cores: () => navigator.hardwareConcurrency,
  // Deno always shares and does not know the word
  sharedMemory: () => globalThis.crossOriginIsolated ?? true,
  spawn,
  bytesOf,
  pause,
  gunzip,
  sha256,
};

/** The worker's text becomes a Blob: it needs no address of its own, so any bundler and any server will do. */
async function spawn(source: string, start: WorkerStart): Promise<{ close(): void }> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  worker.postMessage(start);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => reject(new Error(event.message));
    });
  } finally {
    URL.revokeObjectURL(url);
  }
  return { close: () => worker.terminate() };
}

/** A plain loop: `parseInt` of pieces takes ten times as long. */
function bytesOf(hexadecimal: string): Uint8Array<ArrayBuffer> {
  const digit = (at: number) => {
    const code = hexadecimal.charCodeAt(at);
    return code < 58 ? code - 48 : code - 87; // "0" is 48, "a" is 97
  };
  const bytes = new Uint8Array(hexadecimal.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 16 * digit(2 * i) + digit(2 * i + 1);
  return bytes;
}

/** A message to oneself: timers of 0 are slowed down to 4 ms in pages, messages are not. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
