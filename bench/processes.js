/** Other programs, run to their end by a work: how long they took, and what they said. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "./statistics.js";

export const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * @param {{ command: string, arguments: string[], environment?: object }} program
 * @returns {{ ms: number, output: string }} from start to end; what it prints to the error stream is passed on
 */
export function runProgram({ command, arguments: given, environment = {} }, { quiet = false } = {}) {
  const begin = performance.now();
  const { status, error, stdout, stderr } = spawnSync(command, given, {
    env: { ...process.env, ...environment },
    encoding: "utf8",
    stdio: ["ignore", "pipe", quiet ? "pipe" : "inherit"],
    maxBuffer: 64 * 1024 * 1024,
  });
  const ms = performance.now() - begin;
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${given.join(" ")} ended with ${status}\n${stderr ?? ""}`);
  return { ms, output: stdout };
}

/** The result that a program prints as its last line. */
export function resultOf(output) {
  return JSON.parse(output.trimEnd().split("\n").at(-1));
}

/** Milliseconds that a program takes above an empty one of the same kind, the two run in turn; the first of each warms up. */
export function timeAboveEmpty(program, empty, rounds) {
  const times = { program: [], empty: [] };
  for (let round = 0; round <= rounds; round++) {
    times.empty.push(runProgram(empty, { quiet: true }).ms);
    times.program.push(runProgram(program, { quiet: true }).ms);
  }
  const [whole, nothing] = [times.program.slice(1), times.empty.slice(1)];
  return {
    // of the minima: an empty process is the shortest, so whatever else the machine does shows most in it
    aboveEmptyMs: Number((Math.min(...whole) - Math.min(...nothing)).toFixed(1)),
    medianMs: Number(median(whole).toFixed(1)),
    emptyMedianMs: Number(median(nothing).toFixed(1)),
  };
}
