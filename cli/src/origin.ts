/** What a model's weights were made by, for its card. */
import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { hashWeights } from "inkling";
import type { Model } from "inkling";
import type { ModelOrigin } from "inkling/nn";

const clone = fileURLToPath(new URL("../../", import.meta.url));
/** Where a change makes other programs. */
const PROGRAMS = ["library", "cli", "package-lock.json", ":!library/weights", ":!**/test"];

export async function originOf(model: Model): Promise<ModelOrigin> {
  return { commit: await findCommit(), module: model.engine.module, weights: await hashWeights(model) };
}

/** The commit that this program was built from, with "-dirty" if it was changed since; null outside a clone of ours. */
async function findCommit(): Promise<string | null> {
  const git = async (...words: string[]) =>
    (await promisify(execFile)("git", words, { cwd: clone, encoding: "utf8" })).stdout.trim();
  try {
    // installed into somebody's own project, the clone that git finds is theirs
    const [top, ours] = await Promise.all([git("rev-parse", "--show-toplevel").then(realpath), realpath(clone)]);
    if (top !== ours.replace(/[\\/]$/, "")) return null;
    const [commit, changes] = await Promise.all([
      git("rev-parse", "--short=12", "HEAD"),
      git("status", "--porcelain", "--", ...PROGRAMS),
    ]);
    return changes === "" ? commit : `${commit}-dirty`;
  } catch {
    return null;
  }
}
