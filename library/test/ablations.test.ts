// docs/ablations.md says what was measured: its tables, figures and findings are made from the results that are kept.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("docs/ablations.md and its figures agree with the results beside them", async () => {
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  const check = ["scripts/ablations.js", "--check"];
  const env = { ...process.env, NODE_OPTIONS: "" };
  const { stderr } = await promisify(execFile)(process.execPath, check, { cwd, env });
  expect(stderr).toBe("");
});
