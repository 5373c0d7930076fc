/**
 * memory: what the trainings of W1, W2 and W3 hold at the end of an epoch: in the engine what lasts (weights, optimizer,
 * the pictures, and the arena in which the plan of a step works), and all of it with what is free; and the most that the
 * process ever had resident, data included.
 */
import { path, resultOf, runProgram } from "../processes.js";

export const title = "memory of the trainings W1, W2 and W3: the engine's and the process's";

const BATCHES = 30;

export function run({ threads, module }) {
  const result = { work: "memory" };
  for (const name of ["W1", "W2", "W3"]) {
    const given = ["--json", "--epochs", "2", "--batches", String(BATCHES), "--module", module];
    if (threads !== undefined) given.push("--threads", String(threads));
    const program = { command: process.execPath, arguments: [path("run.js"), name, ...given] };
    const { memory, residentBytes, ...conditions } = resultOf(runProgram(program, { quiet: true }).output);
    result[name] = { ...memory, resident: residentBytes };
    Object.assign(result, { threads: conditions.threads, module: conditions.module, node: conditions.node });
  }
  return result;
}

export function format({ threads, module, node, ...result }) {
  const size = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  const rows = ["W1", "W2", "W3"].map((name) => {
    const { lasting, plan, total, resident } = result[name];
    return `  ${name}  lasting ${size(lasting)}, of it the plan's ${size(plan)}; total ${size(total)}, resident ${size(resident)}`;
  });
  return [`memory  (${threads} threads, ${module}, Node ${node})`, ...rows].join("\n");
}
