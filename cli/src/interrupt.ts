/**
 * Ctrl-C, and the polite request to end. The first asks for an orderly end, the second is for whoever will not wait.
 *
 * One press may arrive twice: the terminal sends it to every process in front of it, and npm and npx, which stand between,
 * pass on what they got. So the same signal within half a second counts as the same press.
 */
import { performance } from "node:perf_hooks";

const ONE_PRESS_MS = 500; // npm passes a signal on within milliseconds; no hand is so quick

/** @returns what takes the listeners off again */
export function onInterrupt(
  { first, again }: { first: () => void; again: () => void },
  { nowMs = () => performance.now() }: { nowMs?: () => number } = {},
): () => void {
  let pressed: { signal: NodeJS.Signals; atMs: number } | null = null;
  const listener = (signal: NodeJS.Signals) => {
    const atMs = nowMs();
    if (pressed === null) {
      pressed = { signal, atMs };
      first();
    } else if (signal !== pressed.signal || atMs - pressed.atMs >= ONE_PRESS_MS) {
      again();
    }
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return () => {
    process.off("SIGINT", listener);
    process.off("SIGTERM", listener);
  };
}
