/** process: W1 as a whole process, from its start to the test accuracy after five epochs; as a stop watch beside it would say. */
import { path, resultOf, runProgram } from "../processes.js";

export const title = "W1 as a whole process: start, data, five epochs, test accuracy";

export function run({ threads, module, epochs = 5 }) {
  const program = path("programs/process.js");
  const given = [program, threads === undefined ? "" : String(threads), module, String(epochs)];
  const { ms, output } = runProgram({ command: process.execPath, arguments: given });
  const seconds = Number((ms / 1000).toFixed(3));
  return { work: "process", seconds, epochs, ...resultOf(output), node: process.version };
}

/** What is put beside peers. */
export const compared = [{ key: "seconds", unit: "s in all", better: "less" }];

export function format({ seconds, epochs, testAccuracy, threads, module, node }) {
  const accuracy = `test accuracy ${(100 * testAccuracy).toFixed(2)} % after ${epochs} epochs`;
  return `process  ${seconds} s in all, ${accuracy}  (${threads} threads, ${module}, Node ${node})`;
}
