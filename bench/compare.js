/** Works beside peers: ours and each of theirs in turn, round after round, so that whatever else the machine does meets all. */
import { path, resultOf, runProgram } from "./processes.js";
import { median, significant } from "./statistics.js";

/** A work of ours as a process of its own, by any Node. */
export function ownProgram(work, { node, json, options }) {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const flags = given.flatMap(([option, value]) => (value === true ? [`--${option}`] : [`--${option}`, String(value)]));
  if (json) flags.push("--json");
  return { command: node, arguments: [path("run.js"), work, ...flags] };
}

/**
 * @param {{ name: string, node: string }[]} own            ours, by one or several Nodes; ratios are to the first, and peers of JavaScript run in its Node
 * @param {ReturnType<import("./peers.js").findPeers>} peers
 * @returns {{ results: Record<string, object[]>, rows: ReturnType<typeof summarize> }} by participant, and what comes of them
 */
export function compareWithPeers({ name, work, own, peers, options, rounds, report }) {
  const ours = own.map((one) => ({
    name: one.name,
    measure: () =>
      resultOf(runProgram(ownProgram(name, { node: one.node, json: true, options }), { quiet: true }).output),
  }));
  const participants = [...ours, ...peers];
  const results = Object.fromEntries(participants.map((participant) => [participant.name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name: who, measure, slow } of participants) {
      if (slow && round > 0) continue; // once is enough for what is many times slower
      const result = measure(options, own[0].node);
      results[who].push(result);
      report(
        `round ${round + 1}, ${who}: ${work.compared.map(({ key, unit }) => `${result[key]} ${unit}`).join(", ")}`,
      );
    }
  }
  return { results, rows: summarize(work.compared, results) };
}

/** One row for each figure and participant: the median, the best, and how many times as quick the first of ours is. */
function summarize(compared, results) {
  const [own] = Object.values(results);
  return compared.flatMap(({ key, unit, better }) =>
    Object.entries(results).flatMap(([name, each]) => {
      const valuesOf = (some) => some.map((result) => result[key]).filter((value) => typeof value === "number");
      const values = valuesOf(each);
      if (values.length === 0) return [];
      const typical = median(values);
      const best = better === "less" ? Math.min(...values) : Math.max(...values);
      const ours = median(valuesOf(own));
      const ratio = significant(better === "less" ? typical / ours : ours / typical, 3);
      const rounds = values.length;
      return {
        name,
        unit,
        ratio,
        rounds,
        median: significant(typical, 4),
        best: significant(best, 4),
        conditions: conditions(each[0]),
      };
    }),
  );
}

/** A row for the terminal. */
export function formatRow(work, row) {
  const rounds = `${row.rounds} ${row.rounds === 1 ? "round" : "rounds"}`;
  const figure = `${row.median} (best ${row.best}) ${row.unit}`;
  return `${work}  ${row.name.padEnd(18)}${figure}; inkling is ${row.ratio} times as quick  (${rounds}, ${row.conditions})`;
}

/** What belongs to a figure, as far as the result says it. */
function conditions({ version, threads, module, node, batches, note }) {
  const parts = [
    version,
    threads === undefined ? undefined : `${threads} ${threads === 1 ? "thread" : "threads"}`,
    module,
    node === undefined ? undefined : `Node ${node}`,
    batches ? `extrapolated from ${batches} batches` : undefined,
    note,
  ];
  return parts.filter((part) => part !== undefined && part !== null).join(", ");
}
