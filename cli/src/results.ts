/**
 * Results of a recipe, seed by seed, in files that can be kept beside the code:
 *
 *   NAME.jsonl                 a line for each seed that was trained to its end
 *   NAME-SEED-MODULE.int8.gz   what its network said about the test samples: logits [samples × classes], each a byte, to
 *                              be multiplied by the line's `logitStep`; then the labels [samples], each a byte
 *
 * From these, means and votes can be computed at any time, and a row of work that was broken off goes on.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import { writeAtomically } from "./atomic-file.ts";
import { fileFailure, systemCode, UsageFailure } from "./failure.ts";

const result = z.strictObject({
  seed: z.int().min(0),
  /** What must be the same for the line to be still true: recipe, data and the bits that the engine computes. */
  basis: z.string(),
  /** Of the code that made it; null where that is not known. */
  commit: z.string().nullable(),
  module: z.string(),
  node: z.string(),
  threads: z.int(),
  /** From the first step to the last, with a look at the validation samples after each epoch. */
  seconds: z.number(),
  parameters: z.int(),
  trainingSamples: z.int(),
  validationAccuracy: z.number().nullable(),
  testAccuracy: z.number(),
  testSamples: z.int(),
  /** Hash of the weights. */
  weights: z.string(),
  logitStep: z.number(),
});

/** What one seed came to. */
export type SeedResult = z.infer<typeof result>;

/** What a network said about samples, and what they are. */
export interface Answers {
  /** [samples × classes] */
  logits: Float32Array;
  labels: Uint8Array;
}

export class Results {
  readonly #folder: string;
  readonly #name: string;
  #lines: SeedResult[];

  private constructor(folder: string, name: string, lines: SeedResult[]) {
    this.#folder = folder;
    this.#name = name;
    this.#lines = lines;
  }

  /** Results that are there, or none yet. @throws {UsageFailure} when a line is not one of ours */
  static async open(folder: string, name: string): Promise<Results> {
    const path = join(folder, `${name}.jsonl`);
    const text = await readFile(path, "utf8").catch((error: unknown) => {
      if (systemCode(error) === "ENOENT") return "";
      throw fileFailure(error, { op: "reproduce", path });
    });
    return new Results(folder, name, linesOf(text, path));
  }

  /** The names of all results in a folder. */
  static async names(folder: string): Promise<string[]> {
    const files = await readdir(folder).catch((error: unknown) => {
      throw fileFailure(error, { op: "reproduce", path: folder, want: "a folder with results" });
    });
    return files.filter((file) => file.endsWith(".jsonl")).map((file) => file.slice(0, -".jsonl".length));
  }

  /** The file with a line for each seed. */
  get path(): string {
    return join(this.#folder, `${this.#name}.jsonl`);
  }

  /** What there is, by what it rests on. */
  get groups(): SeedResult[][] {
    return [...new Set(this.#lines.map(({ basis }) => basis))].map((basis) => this.of(basis));
  }

  /** Seeds that were trained on a basis, in their order. */
  of(basis: string): SeedResult[] {
    return this.#lines.filter((line) => line.basis === basis).toSorted((a, b) => a.seed - b.seed);
  }

  /** How many lines are of this build of the kernels, but of another recipe, other data, or an older engine. */
  outdated(basis: string, module: string): number {
    return this.#lines.filter((line) => line.module === module && line.basis !== basis).length;
  }

  /** Adds a seed's result, in place of an older one of the same seed and build; its logits are there before the line is. */
  async add(line: Omit<SeedResult, "logitStep">, { logits, labels }: Answers): Promise<SeedResult> {
    await mkdir(this.#folder, { recursive: true }).catch((error: unknown) => {
      throw fileFailure(error, { op: "reproduce", path: this.#folder });
    });
    const { bytes, step } = quantized(logits);
    const all = Buffer.concat([new Uint8Array(bytes.buffer), labels]);
    await writeAtomically(this.#answersPath(line), await promisify(gzip)(all, { level: 9 }));
    const added = { ...line, logitStep: step };
    this.#lines = this.#lines.filter(({ seed, module }) => seed !== line.seed || module !== line.module);
    this.#lines.push(added);
    this.#lines.sort((a, b) => (a.module < b.module ? -1 : a.module > b.module ? 1 : a.seed - b.seed));
    await writeAtomically(this.path, this.#lines.map((each) => `${JSON.stringify(each)}\n`).join(""));
    return added;
  }

  /** What a seed's network said about the test samples, logits to the nearest step, and what they are. */
  async answers(line: SeedResult): Promise<Answers> {
    const path = this.#answersPath(line);
    const packed = await readFile(path).catch((error: unknown) => {
      throw fileFailure(error, {
        op: "reproduce",
        path,
        want: "the logits of a seed, as `inkling reproduce` keeps them",
      });
    });
    const bytes = await promisify(gunzip)(packed).catch(() => Buffer.alloc(0));
    const count = bytes.length - line.testSamples;
    if (count <= 0 || count % line.testSamples !== 0) {
      throw new UsageFailure({
        op: "reproduce",
        problem: `${path} does not hold the logits and labels of ${line.testSamples} samples`,
        want: "the file as `inkling reproduce` wrote it",
        fix: `take the line of seed ${line.seed} out of ${this.path}; its seed is then trained again`,
      });
    }
    const logits = Float32Array.from(new Int8Array(bytes.subarray(0, count)), (byte) => byte * line.logitStep);
    return { logits, labels: new Uint8Array(bytes.subarray(count)) };
  }

  #answersPath({ seed, module }: Pick<SeedResult, "seed" | "module">): string {
    return join(this.#folder, `${this.#name}-${seed}-${module.replace(/\W/g, "-")}.int8.gz`);
  }
}

function linesOf(text: string, path: string): SeedResult[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, index) => {
      try {
        return result.parse(JSON.parse(line));
      } catch {
        throw new UsageFailure({
          op: "reproduce",
          problem: `line ${index + 1} of ${path} is not the result of a seed`,
          got: line.slice(0, 60),
          want: "lines as `inkling reproduce` writes them",
          fix: "take the line out, or name another folder with --out",
        });
      }
    });
}

/** Numbers as multiples of a step, −127 to 127 of them. */
function quantized(logits: Float32Array): { bytes: Int8Array; step: number } {
  const largest = logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  const step = Math.fround(largest / 127) || 1;
  return { bytes: Int8Array.from(logits, (logit) => Math.round(logit / step)), step };
}

/** A short name for what results rest on. */
export function basisOf(parts: unknown): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
