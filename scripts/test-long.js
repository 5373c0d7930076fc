/**
 * The tests that take minutes: whole trainings on the real digits, memory over many steps, many random inputs.
 *
 *   npm run test:long                      every part with its full counts
 *   npm run test:long -- --reduced         with counts that fit into continuous integration
 *   npm run test:long -- memory            only parts whose name contains "memory"
 *
 * A part is a file test/long/NAME.long.ts of a workspace; each prints its seconds.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isProgram, report, root, step } from "./steps.js";

/** The long parts, as [name, path from the root]. */
export function longParts() {
  return ["library", "cli"].flatMap((workspace) => {
    const folder = join(workspace, "test", "long");
    if (!existsSync(join(root, folder))) return [];
    const files = readdirSync(join(root, folder)).filter((file) => file.endsWith(".long.ts"));
    return files.map((file) => [`${workspace}: ${file.replace(".long.ts", "")}`, `${workspace}/test/long/${file}`]);
  });
}

/** Runs one part; `extra` are further arguments for vitest. */
export function runPart([name, path], { reduced, extra = [] }) {
  const env = { INKLING_LONG: "1", INKLING_COUNTS: reduced ? "reduced" : "full" };
  return step(name, "node_modules/vitest/vitest.mjs", ["run", path, ...extra], env);
}

if (isProgram(import.meta.filename)) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { reduced: { type: "boolean" } } });
  const parts = longParts().filter(([name]) => positionals.every((word) => name.includes(word)));
  const results = [];
  for (const part of parts) results.push(await runPart(part, values));
  report(results);
  if (parts.length === 0) {
    process.stderr.write(
      `test:long: no part is called so\n  want  ${longParts()
        .map(([name]) => name)
        .join(", ")}\n`,
    );
    process.exitCode = 2;
  }
}
