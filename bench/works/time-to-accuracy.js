/**
 * time-to-accuracy: how long a process takes that knows nothing at its start and so much of the test digits at its end.
 *
 * One fixed schedule for each target (schedules.js), each seed a process of its own, from its start to its end: Node,
 * kernels, data, training, and one look at the 10,000 test digits. The seeds come in turn, so that whatever else the
 * machine does meets all targets. A row counts if its median seed has reached the target.
 */
import { path, resultOf, runProgram } from "../processes.js";
import { schedules } from "../schedules.js";
import { median, significant } from "../statistics.js";

export const title = "from the start of a process to 97, 98, 99 and 99.4 % of the test digits";

export function run({ threads, module, seeds = 5, targets, batches }, report) {
  const wanted = targets === undefined ? schedules : schedules.filter(({ target }) => targets.includes(target));
  const program = path("programs/accuracy.js");
  const runs = new Map(wanted.map((schedule) => [schedule, []]));
  for (let seed = 1; seed <= seeds; seed++) {
    for (const [schedule, results] of runs) {
      const given = [schedule.target, seed, threads ?? "", module, batches ?? ""].map(String);
      const { ms, output } = runProgram({ command: process.execPath, arguments: [program, ...given] });
      const result = { seconds: ms / 1000, ...resultOf(output) };
      results.push(result);
      report(`${schedule.target} %, seed ${seed}: ${result.seconds.toFixed(2)} s, ${percent(result.accuracy)} %`);
    }
  }
  const [[{ threads: used, module: build }]] = runs.values();
  const rows = [...runs].map(([schedule, results]) => summarize(schedule, results, { whole: batches === undefined }));
  const conditions = { threads: used, module: build, node: process.version };
  return { work: "time-to-accuracy", rows, trainedOn: 60_000, seeds, batches: batches ?? null, ...conditions };
}

/**
 * What is said of a schedule's runs.
 *
 * @param {{ accuracy: number, seconds: number, weights: number, ready: number, trained: number, judged: number }[]} runs one a seed
 * @param {{ whole: boolean }} options whether they went to the schedule's end: nothing else counts
 */
export function summarize({ target, network, training }, runs, { whole }) {
  const of = (value) => significant(median(runs.map(value)), 4);
  const seconds = runs.map((each) => significant(each.seconds, 4));
  const accuracies = runs.map(({ accuracy }) => accuracy);
  const reached = accuracies.filter((accuracy) => atLeast(accuracy, target)).length;
  return {
    target,
    network,
    weights: runs[0].weights,
    epochs: training.epochs,
    seconds: of((each) => each.seconds),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    // where the median seconds go; what is left is the process's own end
    parts: {
      start: of(({ ready }) => ready / 1000),
      training: of(({ ready, trained }) => (trained - ready) / 1000),
      test: of(({ trained, judged }) => (judged - trained) / 1000),
    },
    accuracies,
    reached,
    counts: whole && atLeast(median(accuracies), target),
  };
}

/** A fraction beside a percentage, both in whole millionths: 0.994 is 99.4 %, whatever their last bits say. */
function atLeast(accuracy, target) {
  return Math.round(accuracy * 1e6) >= Math.round(target * 1e4);
}

const percent = (accuracy) => (100 * accuracy).toFixed(2);

/** The columns of a row, for the terminal and for RESULTS.md. */
export function cellsOf({ target, network, weights, epochs, seconds, fastest, slowest, parts, ...judged }) {
  const { accuracies, reached, counts } = judged;
  const spread = `${percent(median(accuracies))} (${percent(Math.min(...accuracies))}–${percent(Math.max(...accuracies))})`;
  return {
    "to, %": String(target),
    "median s": counts ? String(seconds) : `(${seconds}) not reached`,
    "least–most": `${fastest}–${slowest}`,
    "start + training + test": `${parts.start} + ${parts.training} + ${parts.test}`,
    network,
    weights: weights.toLocaleString("en-US"),
    passes: String(epochs),
    "test accuracy, %": spread,
    reached: `${reached} of ${accuracies.length}`,
  };
}

export function format({ rows, trainedOn, batches, threads, module, node }) {
  const table = rows.map(cellsOf);
  const names = Object.keys(table[0]);
  const lines = [names, ...table.map((cells) => names.map((name) => cells[name]))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines.map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column])).join("  ")}`.trimEnd());
  const part = batches === null ? "" : `, only ${batches} batches of each schedule: no row counts`;
  const how = `${trainedOn.toLocaleString("en-US")} digits to learn from${part}; ${threads} threads, ${module}, Node ${node}`;
  return [`time-to-accuracy  (${how})`, ...text].join("\n");
}
