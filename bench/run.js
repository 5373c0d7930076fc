/**
 * Named works, measured through the public API:  npm run bench -- W1 [--json]
 *
 * A work is a file in works/ that exports `title`, `run(report)` and `format(result)`. Its result is one plain object;
 * with --json it is printed as the last line. Times are wall-clock on whatever else the machine is doing: quote medians.
 */
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";

/** Ends the program with what happened, what was wanted and what to do. */
function refuse(problem, want, fix) {
  process.stderr.write(`bench: ${problem}\n  want  ${want}\n${fix === undefined ? "" : `  fix   ${fix}\n`}`);
  process.exit(2);
}

/** The number that an option was given, or undefined. */
function wholeNumber(name, text, least) {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least) {
    const reason = name === "epochs" ? ": the first one warms up and is not counted" : "";
    refuse(`--${name} cannot be ${JSON.stringify(text)}`, `a whole number of at least ${least}${reason}`);
  }
  return number;
}

const MODULES = ["auto", "simd", "relaxed-simd"];
const works = readdirSync(new URL("works/", import.meta.url)).map((file) => file.replace(/\.js$/, ""));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    threads: { type: "string" },
    module: { type: "string", default: "auto" },
    epochs: { type: "string" },
  },
});

const wanted = positionals.map((name) => name.toUpperCase());
const unknown = wanted.filter((name) => !works.includes(name));
if (wanted.length === 0 || unknown.length > 0) {
  const problem = unknown.length > 0 ? `there is no work ${unknown.join(", ")}` : "which work?";
  refuse(problem, works.join(", "), `npm run bench -- ${works[0]}`);
}
if (!MODULES.includes(values.module)) {
  refuse(`--module cannot be ${JSON.stringify(values.module)}`, `one of ${MODULES.join(", ")}`);
}

const options = {
  threads: wholeNumber("threads", values.threads, 1),
  module: values.module,
  epochs: wholeNumber("epochs", values.epochs, 2),
};
for (const name of wanted) {
  const work = await import(`./works/${name}.js`);
  process.stderr.write(`${name}: ${work.title}\n`);
  const result = await work.run(options, (line) => process.stderr.write(`  ${line}\n`));
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else process.stdout.write(`${work.format(result)}\n`);
}
