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

it.each(["linear", "mlp-plain", "mlp", "tiny", "cnn", "best"])("%s has results of three seeds or more", (name) => {
  const lines = readFileSync(`${root}bench/results/${name}.jsonl`, "utf8").trim().split("\n");
  const results = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(results.length).toBeGreaterThanOrEqual(3);
  for (const { seed, module, testSamples, commit } of results) {
    expect({ module, testSamples }).toEqual({ module: "simd", testSamples: 10_000 });
    expect(commit, `seed ${String(seed)}`).toMatch(/^[0-9a-f]{12}$/);
    expect(existsSync(`${root}bench/results/${name}-${String(seed)}-simd.int8.gz`)).toBe(true);
  }
});
