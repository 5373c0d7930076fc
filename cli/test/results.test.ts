/** The results that are kept beside the code, and what README says of them. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

it("README's table of results is the one that the results make", async () => {
  await promisify(execFile)(process.execPath, ["scripts/results.js", "--check"], { cwd: root });
});

it.each([
  ["linear", 5],
  ["mlp-plain", 5],
  ["mlp", 5],
  ["tiny", 5],
  ["cnn", 5],
  ["best", 1],
])("%s has results, of %i seeds at least", (name, least) => {
  const lines = readFileSync(`${root}bench/results/${name}.jsonl`, "utf8").trim().split("\n");
  const results = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(results.length).toBeGreaterThanOrEqual(least);
  for (const { seed, module, testSamples, commit } of results) {
    expect({ module, testSamples }).toEqual({ module: "simd", testSamples: 10_000 });
    expect(commit, `seed ${String(seed)}`).toMatch(/^[0-9a-f]{12}$/);
    expect(existsSync(`${root}bench/results/${name}-${String(seed)}-simd.int8.gz`)).toBe(true);
  }
});
