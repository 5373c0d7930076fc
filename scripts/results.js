/**
 * README's table of results, made from the lines in bench/results/: `npm run results` writes it, `npm run results -- --check`
 * says whether it stands there.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format } from "oxfmt";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const [BEGIN, END] = ["<!-- results -->", "<!-- end of results -->"];

const { check } = parseArgs({ options: { check: { type: "boolean" } } }).values;
const words = ["reproduce", "--table", "--out", at("bench/results")];
const rows = execFileSync(process.execPath, [at("cli/bin/inkling.js"), ...words], { encoding: "utf8" });
const { code: table } = await format("README.md", rows, { printWidth: 120 });
const text = readFileSync(at("README.md"), "utf8");
const [before, rest] = text.split(BEGIN);
const after = rest?.split(END)[1];
if (after === undefined) throw new Error(`README.md has no place for the table: ${BEGIN} and ${END}`);
const wanted = `${before}${BEGIN}\n\n${table}\n${END}${after}`;
if (!check) writeFileSync(at("README.md"), wanted);
else if (text !== wanted) {
  console.error("README.md does not say what bench/results/ holds: npm run results");
  process.exitCode = 1;
}
