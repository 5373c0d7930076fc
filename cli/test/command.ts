/** The built command as a process: what it prints on each stream, and the code it ends with. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../bin/inkling.js", import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Options {
  /** The working folder, where `runs/` is looked for. */
  cwd: string;
  env?: Record<string, string>;
  /** A shell line to run it under, e.g. `ulimit -f 8 && exec "$@"`. */
  under?: string;
  /** The user to run it as. */
  uid?: number;
  /** Sees the process while it runs. */
  watch?: (child: ChildProcess, text: () => string) => void;
}

export function inkling(words: readonly string[], { cwd, env, under, uid, watch }: Options): Promise<Ended> {
  const line = [process.execPath, bin, ...words];
  const [file, ...rest] = under === undefined ? line : ["sh", "-c", under, "sh", ...line];
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, { cwd, uid, env: { ...plain, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      watch?.(child, () => stdout + stderr);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      watch?.(child, () => stdout + stderr);
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

// what the test runner's own environment says about colours and caches is none of the command's business
const { FORCE_COLOR: _, NO_COLOR: __, INKLING_CACHE: ___, ...plain } = process.env;

/** The last line of stdout, as the JSON it must be. */
export function lastJson({ stdout }: Ended): Record<string, unknown> {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) as string) as Record<string, unknown>;
}
