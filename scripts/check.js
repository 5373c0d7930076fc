/** All that looks at the source without running it: lint, format, types, dead code.  npm run check */
import { isProgram, report, step } from "./steps.js";

/** Each check with its file in node_modules and its arguments. */
export const checks = [
  ["lint", "node_modules/oxlint/bin/oxlint", ["--type-aware", "--deny-warnings"]],
  ["format", "node_modules/oxfmt/bin/oxfmt", ["--check"]],
  ["kernels", "library/build/kernels.js", []],
  ["weights", "library/build/weights.js", []],
  ["types of the library", "node_modules/typescript/bin/tsc", ["-p", "library/tsconfig.json"]],
  ["types of the command line", "node_modules/typescript/bin/tsc", ["-p", "cli/tsconfig.json"]],
  ["dead code", "node_modules/knip/bin/knip.js", []],
];

if (isProgram(import.meta.filename)) {
  const results = [];
  for (const check of checks) results.push(await step(...check));
  report(results);
}
