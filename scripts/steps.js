/** Runs npm's programs one after the other, shows what each prints, and says at the end how each went. */
import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Whether this file is the program that runs; in a checkout behind a symbolic link Node knows it by its real path. */
export function isProgram(filename) {
  return filename === realpathSync(process.argv[1]);
}

/**
 * Runs a script of node_modules/.bin by its JavaScript entry, so that no shell is needed on any system.
 *
 * @returns {Promise<{ name: string, passed: boolean, seconds: number }>}
 */
export function step(name, file, args = [], env = {}) {
  return new Promise((resolve) => {
    const begin = performance.now();
    process.stdout.write(`\n── ${name}\n`);
    const child = spawn(process.execPath, [file, ...args], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...env },
    });
    child.on("error", (error) => process.stderr.write(`${error.message}\n`));
    child.on("close", (code) => resolve({ name, passed: code === 0, seconds: (performance.now() - begin) / 1000 }));
  });
}

/** A line for each step; the exit code says whether all passed. */
export function report(results) {
  process.stdout.write("\n");
  for (const { name, passed, seconds } of results) {
    process.stdout.write(`${passed ? "passed" : "FAILED"}  ${seconds.toFixed(1).padStart(6)} s  ${name}\n`);
  }
  process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
}
