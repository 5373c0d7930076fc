/**
 * Named works, measured through the public API:  npm run bench -- W1 [--json]
 *
 * A work is a file in works/ that exports `title`, `run(options, report)` and `format(result)`, and `compared`, what of its
 * result is put beside peers, if any. Its result is one plain object; with --json it is printed as the last line. Times
 * are wall-clock on whatever else the machine is doing: quote medians. How to read them is in README.md.
 */
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { compareWithPeers, formatRow, ownProgram } from "./compare.js";
import { findPeers, peerNames } from "./peers.js";
import { runProgram } from "./processes.js";
import { schedules } from "./schedules.js";

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

/** `--peers` alone means all of them. */
const withPeers = (args) =>
  args.map((arg, i) => (arg === "--peers" && (args[i + 1] ?? "-").startsWith("-") ? "--peers=all" : arg));

const MODULES = ["auto", "simd", "relaxed-simd"];
const works = readdirSync(new URL("works/", import.meta.url)).map((file) => file.replace(/\.js$/, ""));
const { values, positionals } = parseArgs({
  args: withPeers(process.argv.slice(2)),
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    threads: { type: "string" },
    module: { type: "string", default: "auto" },
    turbo: { type: "boolean", default: false },
    epochs: { type: "string" },
    batches: { type: "string" },
    node: { type: "string" },
    peers: { type: "string" },
    rounds: { type: "string", default: "3" },
    model: { type: "string" },
    fashion: { type: "string" },
    photos: { type: "string" },
    test: { type: "boolean", default: false },
    digits: { type: "string" },
    seeds: { type: "string" },
    targets: { type: "string" },
  },
});

if (positionals.length === 0) {
  for (const name of works) {
    const { title } = await import(`./works/${name}.js`);
    process.stdout.write(`${name.padEnd(12)}  ${title}\n`);
  }
  process.stdout.write("npm run bench -- W1 W3, or all; the options are in bench/README.md\n");
  process.exit(0);
}
const find = (wanted) => works.find((name) => name.toLowerCase() === wanted.toLowerCase());
const unknown = positionals.filter((name) => name !== "all" && find(name) === undefined);
if (unknown.length > 0) {
  refuse(`there is no work ${unknown.join(", ")}`, `all, ${works.join(", ")}`, `npm run bench -- ${works[0]}`);
}
if (!MODULES.includes(values.module)) {
  refuse(`--module cannot be ${JSON.stringify(values.module)}`, `one of ${MODULES.join(", ")}`);
}
if (values.turbo && values.node === undefined) {
  if (Number.parseInt(process.versions.node) < 24) refuse("--turbo needs another Node", "24 or later", "--node PATH");
  setFlagsFromString("--experimental-wasm-revectorize");
}
const wantedPeers = values.peers === undefined || values.peers === "all" ? peerNames : values.peers.split(",");
const strangers = wantedPeers.filter((name) => !peerNames.includes(name));
if (strangers.length > 0) refuse(`there is no peer ${strangers.join(", ")}`, peerNames.join(", "));
const targets = values.targets?.split(",").map(Number);
const knownTargets = schedules.map(({ target }) => target);
if (targets?.some((target) => !knownTargets.includes(target))) {
  refuse(`--targets cannot be ${JSON.stringify(values.targets)}`, `one or several of ${knownTargets.join(",")}`);
}

const options = {
  threads: wholeNumber("threads", values.threads, 1),
  module: values.module,
  model: values.model,
  test: values.test || undefined,
  digits: wholeNumber("digits", values.digits, 1),
  epochs: wholeNumber("epochs", values.epochs, 2),
  batches: wholeNumber("batches", values.batches, 1),
  seeds: wholeNumber("seeds", values.seeds, 1),
  targets,
  turbo: values.turbo || undefined,
  fashion: values.fashion,
  photos: values.photos,
};
const rounds = wholeNumber("rounds", values.rounds, 1);
const report = (line) => process.stderr.write(`  ${line}\n`);

for (const name of positionals.includes("all") ? works : positionals.map(find)) {
  const work = await import(`./works/${name}.js`);
  process.stderr.write(`${name}: ${work.title}\n`);
  if (values.peers !== undefined) {
    if (work.compared === undefined) {
      report("is put beside no peers");
      continue;
    }
    const peers = findPeers(wantedPeers, name, { explicit: values.peers !== "all", report });
    const own = [{ name: "inkling", node: values.node ?? process.execPath }];
    const { results, rows } = compareWithPeers({ name, work, own, peers, options, rounds, report });
    const lines = values.json ? [JSON.stringify(results)] : rows.map((row) => formatRow(name, row));
    process.stdout.write(`${lines.join("\n")}\n`);
  } else if (values.node !== undefined) {
    process.stdout.write(runProgram(ownProgram(name, { node: values.node, json: values.json, options })).output);
  } else {
    const result = await work.run(options, report);
    process.stdout.write(`${values.json ? JSON.stringify(result) : work.format(result)}\n`);
  }
}
