/**
 * The folder of a run: everything about one training in one place.
 *
 *   config.json              what it was started with; enough to begin it again
 *   metrics.jsonl            one line an epoch
 *   checkpoint.safetensors   the last saved state, to resume from
 *   model.safetensors        the result, once there is one
 */
import { mkdir, readdir, readFile, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { TEMPORARY, writeAtomically } from "./atomic-file.ts";
import type { EpochRecord } from "inkling/train";
import type { RunConfiguration } from "./run-configuration.ts";
import { Failure, fileFailure, systemCode, UsageFailure } from "./failure.ts";

/** Where runs go that were not told where to go. */
export const RUNS = "runs";

export const files = {
  configuration: "config.json",
  metrics: "metrics.jsonl",
  checkpoint: "checkpoint.safetensors",
  model: "model.safetensors",
} as const;

/** What is known after an epoch: one line of `metrics.jsonl`, and of the output with `--json`. */
export interface EpochLine extends Omit<EpochRecord, "kind" | "steps"> {
  /** Since this training began or was resumed. */
  seconds: number;
  /** While it learnt, validation not counted. */
  imagesPerSecond: number;
}

export class Run {
  /** The folder, as its user would type it. */
  readonly path: string;
  #lines: EpochLine[];

  private constructor(path: string, lines: EpochLine[]) {
    this.path = path;
    this.#lines = lines;
  }

  file(name: keyof typeof files): string {
    return join(this.path, files[name]);
  }

  /**
   * A new run in its own folder, with its configuration written.
   *
   * @param path the folder, which may exist if it is empty; null makes `runs/<name>-<n>`
   * @throws {Failure} when the place is taken or cannot be written; nothing is left behind then
   */
  static async create(path: string | null, name: string, configuration: RunConfiguration): Promise<Run> {
    const { folder, firstMade } = path === null ? await claimFolder(name) : await takeFolder(path);
    const run = new Run(folder, []);
    try {
      await run.saveConfiguration(configuration);
    } catch (error) {
      if (firstMade !== null) await removeEmpty(folder, firstMade);
      throw error;
    }
    return run;
  }

  /**
   * A run that was begun before. Metrics of epochs that its checkpoint does not know are forgotten: they come again.
   *
   * @param epochs that had ended when the checkpoint was made, 0 without one. The step would not tell: a checkpoint of
   *               an epoch's last step may be older than the end of that epoch
   */
  static async open(path: string, { epochs }: { epochs: number }): Promise<Run> {
    const lines = (await readMetrics(path)).filter((line) => line.epoch <= epochs);
    for (const name of await readdir(path)) {
      if (name.endsWith(TEMPORARY)) await rm(join(path, name), { force: true });
    }
    const run = new Run(path, lines);
    await run.#saveMetrics();
    return run;
  }

  get lines(): readonly EpochLine[] {
    return this.#lines;
  }

  saveConfiguration(configuration: RunConfiguration): Promise<void> {
    return writeAtomically(this.file("configuration"), `${JSON.stringify(configuration, null, 2)}\n`);
  }

  async addLine(line: EpochLine): Promise<void> {
    this.#lines.push(line);
    await this.#saveMetrics();
  }

  /** The whole file anew each time: it is small, and so it is never half a line. */
  #saveMetrics(): Promise<void> {
    const text = this.#lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    return writeAtomically(this.file("metrics"), text);
  }
}

/** The lines that can be read; a broken last one, left by another program, does not spoil the rest. */
export async function readMetrics(path: string): Promise<EpochLine[]> {
  const text = await readFile(join(path, files.metrics), "utf8").catch(() => "");
  const lines: EpochLine[] = [];
  for (const line of text.split("\n")) {
    try {
      const value = JSON.parse(line) as EpochLine;
      if (Number.isSafeInteger(value.step) && Number.isSafeInteger(value.epoch)) lines.push(value);
    } catch {
      continue;
    }
  }
  return lines;
}

/** A folder for a run, and the uppermost folder that had to be made for it. */
interface Claim {
  folder: string;
  firstMade: string | null;
}

/** `runs/<name>-<n>` with the first number that is free. Making the folder is the claim, so two processes never share. */
async function claimFolder(name: string): Promise<Claim> {
  const firstMade = await makeFolder(RUNS);
  for (let n = 1; ; n++) {
    const folder = join(RUNS, `${name}-${n}`);
    try {
      await mkdir(folder);
      return { folder, firstMade: firstMade ?? folder };
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw fileFailure(error, { op: "train", path: folder });
    }
  }
}

async function takeFolder(path: string): Promise<Claim> {
  const firstMade = await makeFolder(path);
  if (firstMade !== null) return { folder: path, firstMade };
  const names = await readdir(path).catch((error: unknown) => {
    throw fileFailure(error, { op: "train", path });
  });
  if (names.length === 0) return { folder: path, firstMade };
  if (names.includes(files.configuration)) {
    throw new UsageFailure({
      op: "train",
      problem: `${path} already holds a run`,
      want: "a folder of its own for each run",
      fix: `choose another --out, or go on with that run: --resume ${path}`,
    });
  }
  throw new UsageFailure({
    op: "train",
    problem: `${path} is not empty`,
    got: names.slice(0, 3).join(", "),
    want: "a new or an empty folder: a run keeps its own files in it",
  });
}

/** Makes a folder with all above it; gives the uppermost that was new, or null when all were there. */
async function makeFolder(path: string): Promise<string | null> {
  try {
    return (await mkdir(path, { recursive: true })) ?? null;
  } catch (error) {
    throw fileFailure(error, { op: "train", path, want: "a folder that can be made and written" });
  }
}

/** Takes folders away again, from the innermost to the uppermost that was new, as far as they are empty. */
async function removeEmpty(folder: string, uppermost: string): Promise<void> {
  const last = resolve(uppermost);
  try {
    for (let each = resolve(folder); each.startsWith(last); each = dirname(each)) await rmdir(each);
  } catch {
    return; // somebody has put something there
  }
}

/** A run that was asked for by its folder: it must hold a configuration. */
export async function readRunConfiguration(path: string, { op }: { op: string }): Promise<RunConfiguration> {
  const file = join(path, files.configuration);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (systemCode(error) !== "ENOENT" && systemCode(error) !== "ENOTDIR") throw fileFailure(error, { op, path: file });
    throw new Failure({
      op,
      problem: `${path} is not the folder of a run`,
      want: `a folder with ${files.configuration}, as \`inkling train\` makes it`,
    });
  });
  const { parseJson } = await import("./recipe-text.ts");
  const { parseRunConfiguration } = await import("./run-configuration.ts");
  return parseRunConfiguration(parseJson(text, { op: file }), { op: file });
}

/** A run in `runs/`, and whether its training has ended with a model. */
export interface FoundRun {
  folder: string;
  hasModel: boolean;
}

/** The runs in `runs/`, the newest first: by when the model was written, or, without one, anything else of the run. */
export async function findRuns(): Promise<FoundRun[]> {
  const names = await readdir(RUNS).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const folder = join(RUNS, name);
      const timeOf = async (file: string) => {
        const facts = await stat(join(folder, file)).catch(() => null);
        return facts?.isFile() ? facts.mtimeMs : null;
      };
      const model = await timeOf(files.model);
      if (model !== null) return { folder, hasModel: true, time: model };
      const configuration = await timeOf(files.configuration);
      if (configuration === null) return null;
      const [checkpoint, metrics] = await Promise.all([timeOf(files.checkpoint), timeOf(files.metrics)]);
      return { folder, hasModel: false, time: Math.max(configuration, checkpoint ?? 0, metrics ?? 0) };
    }),
  );
  return found.filter((run) => run !== null).toSorted((a, b) => b.time - a.time);
}

/** The command that lets a run go on. */
export function resumeCommand(folder: string): string {
  return `npx inkling train --resume ${inQuotes(folder)}`;
}

/** A path as short as it can be typed from here. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === "" ? "." : short.startsWith("..") ? path : short;
}

/** A word as it is typed in a shell: in quotes where it is not a plain one. */
export function inQuotes(word: string): string {
  return /^[\p{L}\p{N}_.,:/\\=+@%-]+$/u.test(word) ? word : JSON.stringify(word);
}
