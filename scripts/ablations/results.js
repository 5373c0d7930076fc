/**
 * Results of the ablations, a line of JSON for each variant and seed that was trained to its end. The file is written
 * anew after each, in one move, so a row of work that was broken off goes on where it was.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { variants } from "./variants.js";

const file = new URL("../../docs/figures/ablations.jsonl", import.meta.url);

/**
 * @typedef {object} Result
 * @property {string} name       of the variant
 * @property {number} seed
 * @property {string} basis      hash of its recipe and its number of digits
 * @property {string} bits       hash of the weights after a few steps: what this build of the kernels computes
 * @property {number} parameters
 * @property {number} seconds    from the first step to the last, judging included
 * @property {string} weights    hash of the weights at the end
 * @property {{ epoch: number, training: [loss: number, accuracy: number], validation: [loss: number, accuracy: number] }[]} curve
 */

/** All lines that are kept. @returns {Result[]} */
export function readResults() {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Keeps these lines and no others, in the order of the variants. @param {Result[]} results */
export function writeResults(results) {
  const places = new Map(variants.map(({ name }, index) => [name, index]));
  const sorted = results.toSorted((a, b) => places.get(a.name) - places.get(b.name) || a.seed - b.seed);
  const temporary = new URL(`${file.href}.${process.pid}.tmp`);
  writeFileSync(temporary, sorted.map((result) => `${JSON.stringify(result)}\n`).join(""));
  renameSync(temporary, file);
}

/** Keeps one line more, in place of an older one of its variant and seed. @param {Result} result */
export function addResult(result) {
  const others = readResults().filter(({ name, seed }) => name !== result.name || seed !== result.seed);
  writeResults([...others, result]);
}

/** The lines of a variant that its recipe still agrees with, in the order of their seeds. */
export function resultsOf(results, { name, basis }) {
  return results.filter((result) => result.name === name && result.basis === basis).toSorted((a, b) => a.seed - b.seed);
}
