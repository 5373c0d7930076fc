/**
 * Named works, measured through the public API:  npm run bench -- W1 [--json]
 *
 * A work is a file in works/ that exports `title`, `run(report)` and `format(result)`. Its result is one plain object;
 * with --json it is printed as the last line. Times are wall-clock on whatever else the machine is doing: quote medians.
 */
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";

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
  process.stderr.write(
    `bench: ${unknown.length > 0 ? `there is no work ${unknown.join(", ")}` : "which work?"}\n` +
      `  want  ${works.join(", ")}\n  fix   npm run bench -- ${works[0]}\n`,
  );
  process.exit(2);
}

const options = {
  threads: values.threads === undefined ? undefined : Number(values.threads),
  module: values.module,
  epochs: values.epochs === undefined ? undefined : Number(values.epochs),
};
for (const name of wanted) {
  const work = await import(`./works/${name}.js`);
  process.stderr.write(`${name}: ${work.title}\n`);
  const result = await work.run(options, (line) => process.stderr.write(`  ${line}\n`));
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else process.stdout.write(`${work.format(result)}\n`);
}
