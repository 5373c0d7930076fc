/**
 * What each cure is worth: trains networks with one, with all and with all but one, and writes docs/ablations.md with its
 * figures.  npm run ablations
 *
 * What was measured is kept in docs/figures/ablations.jsonl. Only what is missing there is trained, or was measured by
 * another recipe or by kernels that compute other bits; broken off, it goes on where it was.
 *
 *   node scripts/ablations.js --threads 1        with one thread (two are usual); the numbers are the same
 *   node scripts/ablations.js --only "few dense" trains those variants only whose names hold the words
 *   node scripts/ablations.js --draw             writes document and figures of what was measured before
 *   node scripts/ablations.js --check            says whether they agree with what was measured, and writes nothing
 *
 * The digits judged by are 5,000 of the training file that are held out for validation. The test digits are not opened.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { documentOf } from "./ablations/document.js";
import { curvesFigure, worthFigure } from "./ablations/figures.js";
import { Classroom } from "./ablations/learning.js";
import { Progress } from "./ablations/progress.js";
import { addResult, readResults, resultsOf, writeResults } from "./ablations/results.js";
import { Statistics } from "./ablations/statistics.js";
import { seeds, variants } from "./ablations/variants.js";

const { values: options } = parseArgs({
  options: {
    threads: { type: "string", default: "2" },
    only: { type: "string", default: "" },
    draw: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});

if (!options.draw && !options.check) await learn();
const statistics = new Statistics(readResults());
const { missing } = statistics;
if (missing.length === 0) publish();
else {
  const list = missing.map(({ name, has }) => `  ${name} (${has} of ${seeds.length} seeds)`).join("\n");
  process.stderr.write(`the document stays as it is, for results are missing:\n${list}\n`);
  process.exitCode = options.only === "" ? 1 : 0;
}

/** Trains what is missing, seed by seed, so that one that is broken off says something of everything. */
async function learn() {
  const room = await Classroom.open({ threads: Number(options.threads) });
  const chosen = variants.filter(({ name }) => name.includes(options.only));
  const results = await stillTrue(readResults(), room);
  writeResults(results);
  const has = (variant, seed) => resultsOf(results, variant).some((result) => result.seed === seed);
  const wanted = seeds.flatMap((seed) =>
    chosen.filter((variant) => !has(variant, seed)).map((variant) => ({ variant, seed })),
  );
  const here = new Progress(wanted, results);
  for (const { variant, seed } of wanted) {
    const { name, basis } = variant;
    const learnt = await room.learn(variant, seed, (part) => here.show(variant, seed, part));
    addResult({ name, seed, basis, bits: await room.bits(variant), ...learnt });
    here.finished(variant, seed, learnt);
  }
  room.close();
}

/** Without the lines of other recipes or other bits; the bits of a variant are found by a few steps of it. */
async function stillTrue(results, room) {
  const kept = [];
  for (const variant of variants) {
    const lines = resultsOf(results, variant);
    if (lines.length === 0) continue;
    const bits = await room.bits(variant);
    kept.push(...lines.filter((line) => line.bits === bits));
  }
  if (kept.length < results.length) {
    process.stderr.write(`${results.length - kept.length} results are of another recipe or other kernels\n`);
  }
  return kept;
}

/** Writes document and figures, or, with --check, compares them with what is there. */
function publish() {
  const made = {
    "docs/ablations.md": documentOf(statistics),
    "docs/figures/ablations-curves.svg": curvesFigure(statistics),
    "docs/figures/ablations-worth.svg": worthFigure(statistics),
  };
  for (const [path, content] of Object.entries(made)) {
    const file = new URL(`../${path}`, import.meta.url);
    if (!options.check) writeFileSync(file, content);
    else if (!existsSync(file) || readFileSync(file, "utf8").replaceAll("\r\n", "\n") !== content) {
      process.stderr.write(`${path} does not say what was measured: node scripts/ablations.js --draw\n`);
      process.exitCode = 1;
    }
  }
}
