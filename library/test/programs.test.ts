// The programs in examples/ run as they stand, on the built package, and learn what they say.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = async (program: string) => {
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return stdout.trim().split("\n").at(-1) as string;
};
const numberIn = (line: string, pattern: RegExp) => Number(pattern.exec(line)?.[1]);

test("spiral.js parts the arms", async () => {
  expect(numberIn(await run("examples/spiral.js"), /accuracy .*: ([\d.]+) %/)).toBeGreaterThan(97);
});

test("houses.js predicts prices", async () => {
  expect(numberIn(await run("examples/houses.js"), /R² ([\d.]+)/)).toBeGreaterThan(0.95);
});

test("make-csv.js makes the very tables that are there", async () => {
  // in a folder of its own within the workspace, so that a run never touches the files in git
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  const folder = mkdtempSync(join(root, "node_modules/.cache/examples-"));
  try {
    cpSync(join(root, "examples/make-csv.js"), join(folder, "make-csv.mjs"));
    await run(join(folder, "make-csv.mjs"));
    const tables = readdirSync(folder).filter((name) => name.endsWith(".csv"));
    expect(tables).toEqual(["houses.csv", "spiral.csv"]);
    for (const name of tables) {
      expect(readFileSync(join(folder, name), "utf8")).toBe(readFileSync(join(root, "examples", name), "utf8"));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
