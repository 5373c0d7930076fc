/** Works beside peers: ours and each of theirs in turn, round after round, so that whatever else the machine does meets all. */
import { path, resultOf, runProgram } from "./processes.js";
import { median, significant } from "./statistics.js";

/** A work of ours as a process of its own, by any Node. */
export function ownProgram(work, { node, json, options }) {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const flags = given.flatMap(([option, value]) => [`--${option}`, String(value)]);
  if (json) flags.push("--json");
  return { command: node, arguments: [path("run.js"), work, ...flags] };
}

/**
 * @param {{ name: string, node: string }[]} own            ours, by one or several Nodes; ratios are to the first
 * @param {ReturnType<import("./peers.js").findPeers>} peers
 * @returns results by participant, and the table of medians, minima and ratios
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
  return { name, results, text: table(name, work.compared, results) };
}

/** One line for each figure and participant: median (best) unit, and how many times as quick the first of ours is. */
function table(name, compared, results) {
  const [first] = Object.values(results);
  const lines = compared.flatMap(({ key, unit, better }) =>
    Object.entries(results).flatMap(([who, each]) => {
      const values = each.map((result) => result[key]).filter((value) => value !== undefined && value !== null);
      if (values.length === 0) return [];
      const typical = median(values);
      const best = better === "less" ? Math.min(...values) : Math.max(...values);
      const own = median(first.map((result) => result[key]));
      const ratio = better === "less" ? typical / own : own / typical;
      const rounds = `${values.length} ${values.length === 1 ? "round" : "rounds"}`;
      return `${name}  ${who.padEnd(24)}  ${significant(typical, 4)} (${significant(best, 4)}) ${unit}, ${rounds}; inkling is ${significant(ratio)} times as quick${conditions(each[0])}`;
    }),
  );
  return lines.join("\n");
}

/** What belongs to a figure, as far as the result says it. */
export function conditions({ version, threads, module, node, batches, note }) {
  const parts = [
    version,
    threads === undefined ? undefined : `${threads} ${threads === 1 ? "thread" : "threads"}`,
    module,
    node === undefined ? undefined : `Node ${node}`,
    batches ? `extrapolated from ${batches} batches` : undefined,
    note,
  ];
  return `  (${parts.filter((part) => part !== undefined && part !== null).join(", ")})`;
}
