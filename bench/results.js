/**
 * Measures everything beside everybody and writes the tables of RESULTS.md:  npm run bench:results -- [--node PATH …]
 *
 * Each table is one run: ours by each Node and all peers that are installed, in turn, three rounds. With --quick W2 and W3
 * are measured on a part of an epoch. Names of works measure those only, and leave the other tables as they are.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { compareWithPeers, ownProgram } from "./compare.js";
import { measurePeak } from "./peak.js";
import { findPeers, peerNames, threadedPeerNames } from "./peers.js";
import { path, resultOf, runProgram } from "./processes.js";
import { cellsOf } from "./works/time-to-accuracy.js";

const QUICK_BATCHES = 60;
const FILE = path("RESULTS.md");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: "string", multiple: true, default: [process.execPath] },
    quick: { type: "boolean", default: false },
  },
});
const rounds = 3;
const report = (line) => process.stderr.write(`  ${line}\n`);

/** Every table: a work, its threads, and how much of it a round does. W1 and `process` are five epochs, as usual. */
const tables = [
  ...[2, 1].flatMap((threads) => [
    { name: "W1", threads },
    { name: "process", threads },
    { name: "W2", threads, epochs: 2, batches: values.quick ? 2 * QUICK_BATCHES : undefined },
    { name: "W3", threads, epochs: 2, batches: values.quick ? QUICK_BATCHES : undefined },
    { name: "W4", threads },
  ]),
  { name: "W5", threads: 1 },
];

const versionOf = (node) =>
  runProgram({ command: node, arguments: ["--version"] })
    .output.trim()
    .replace("v", "");
const own = values.node.map((node) => ({ name: `inkling, Node ${versionOf(node).split(".")[0]}`, node }));
const wanted = ({ name }) => positionals.length === 0 || positionals.includes(name);

for (const { name, ...options } of tables.filter(wanted)) {
  const { threads } = options;
  const work = await import(`./works/${name}.js`);
  process.stderr.write(`${name}, ${threads} threads: ${work.title}\n`);
  // what has one thread only is measured once, in the tables of one thread
  const names = threads === 1 ? peerNames : threadedPeerNames;
  const peers = findPeers(names, name, { explicit: false, report });
  const { rows } = compareWithPeers({
    name,
    work,
    own,
    peers,
    options: { module: "auto", ...options },
    rounds,
    report,
  });
  write(`${name}, ${count(threads, "thread")}`, [work.title, "", ...table(rows)]);
}
if (wanted({ name: "time-to-accuracy" })) write("Time to accuracy", timeToAccuracy());
if (wanted({ name: "alone" })) write("Inkling alone", await alone());
write("Conditions", await conditions());

function table(rows) {
  const lines = rows.map((row) =>
    cells(row.name, row.unit, row.median, row.best, `${row.ratio} ×`, row.rounds, row.conditions),
  );
  return [
    cells("who", "what", "median", "best", "inkling is as quick", "rounds", "with"),
    cells(...Array(7).fill("---")),
    ...lines,
  ];
}

function cells(...content) {
  return `| ${content.join(" | ")} |`;
}

/** By each Node, the row of each target. */
function timeToAccuracy() {
  const lines = own.flatMap(({ name, node }) => {
    process.stderr.write(`time-to-accuracy, ${name}: from a process's start to an accuracy\n`);
    const program = ownProgram("time-to-accuracy", { node, json: true, options: { threads: 2 } });
    const { rows, threads, module } = resultOf(runProgram(program, { quiet: true }).output);
    return rows.map((row) => ({ who: name, ...cellsOf(row), with: `${count(threads, "thread")}, ${module}` }));
  });
  const names = Object.keys(lines[0]);
  const note =
    "Whole processes, five seeds each, trained on all 60,000 digits with the schedules of [schedules.js](schedules.js).";
  return [
    note,
    "",
    cells(...names),
    cells(...names.map(() => "---")),
    ...lines.map((line) => cells(...Object.values(line))),
  ];
}

/** Works without peers. */
async function alone() {
  const lines = [];
  for (const { node } of own) {
    const options = { module: "auto", threads: 2 };
    lines.push(runProgram(ownProgram("memory", { node, json: false, options }), { quiet: true }).output.trim());
  }
  const options = { module: "auto", threads: 2, epochs: 2, batches: values.quick ? QUICK_BATCHES : undefined };
  for (const { node } of own) {
    for (const module of node === process.execPath ? ["simd"] : ["simd", "auto"]) {
      for (const name of ["gemm", "convolution"]) {
        const program = ownProgram(name, { node, json: false, options: { module, threads: 1 } });
        lines.push(runProgram(program, { quiet: true }).output.trim());
      }
    }
  }
  lines.push(
    runProgram(ownProgram("size", { node: process.execPath, json: false, options: {} }), { quiet: true }).output.trim(),
  );
  const inPage = ownProgram("chromium", { node: process.execPath, json: false, options });
  lines.push(runProgram(inPage, { quiet: true }).output.trim());
  return ["```", ...lines, "```"];
}

async function conditions() {
  const peaks = [];
  for (const threads of [1, 2]) {
    const peak = await measurePeak({ fused: false, threads });
    peaks.push(`${peak.toFixed(0)} GFLOP/s with ${count(threads, "thread")}`);
  }
  const [{ model }] = cpus();
  const machine = `${count(cpus().length, "core")} of ${model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const nodes = values.node.map(versionOf).join(", ");
  const date = new Date().toISOString().slice(0, 10);
  return [
    `- ${date}, ${machine}, ${process.platform}; Node ${nodes}; ${count(rounds, "round")}.`,
    `- Peak of multiply-adds in WebAssembly, in two roundings, by Node ${process.versions.node}: ${peaks.join(", ")}.`,
  ];
}

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Puts lines between a section's marks: the rest of the file stays as it was. */
function write(section, lines) {
  const text = readFileSync(FILE, "utf8");
  const [begin, end] = [`<!-- ${section} -->\n`, `<!-- end of ${section} -->\n`];
  const content = `${begin}\n### ${section}\n\n${lines.join("\n")}\n\n${end}`;
  const [first, last] = [text.indexOf(begin), text.indexOf(end)];
  if (first === -1) writeFileSync(FILE, `${text.trimEnd()}\n\n${content}`);
  else writeFileSync(FILE, text.slice(0, first) + content + text.slice(last + end.length));
}
