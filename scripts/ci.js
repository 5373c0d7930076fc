/**
 * What continuous integration runs on a clean clone: the README's test command, the long tests with reduced counts, then
 * lint, format, types and dead code. The last line counts tests and checks: "N passed, N failed".
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checks } from "./check.js";
import { report, step } from "./steps.js";
import { longParts, runPart } from "./test-long.js";

const folder = mkdtempSync(join(tmpdir(), "inkling-ci-"));
const results = [];
let passed = 0;
let failed = 0;

/** Counts the tests of a vitest run by its JSON report; a run without one, or that failed without a test, is a failure. */
function count(result, file) {
  results.push(result);
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, "utf8"));
    passed += numPassedTests;
    failed += numFailedTests;
    if (!result.passed && numFailedTests === 0) failed++;
  } catch {
    failed++;
  }
}

const reporters = (file) => ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
const quick = join(folder, "quick.json");
const npm = process.env.npm_execpath;
if (!npm) throw new Error("ci: start me by npm: npm run ci");
count(await step("npm test", npm, ["test", "--", ...reporters(quick)]), quick);
for (const [index, part] of longParts().entries()) {
  const file = join(folder, `long-${index}.json`);
  count(await runPart(part, { reduced: true, extra: reporters(file) }), file);
}
for (const check of checks) {
  const result = await step(...check);
  results.push(result);
  if (result.passed) passed++;
  else failed++;
}
rmSync(folder, { recursive: true });
report(results);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
