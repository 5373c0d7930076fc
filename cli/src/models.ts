/** Which model is meant, and its bytes. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure, fileFailure, systemCode } from "./failure.ts";
import { files, newestRun, RUNS } from "./runs.ts";

/** What `--model` takes, for the help. */
export const MODEL = "a run's folder or a model file (default: the newest run in runs/)";

export interface ChosenModel {
  /** The model file. */
  file: string;
  bytes: Uint8Array;
  /** Whether nobody named it, so that the command should say which it took. */
  guessed: boolean;
}

/**
 * The model at a path (a run's folder or a model file), or that of the newest run.
 *
 * @throws {Failure} when there is none
 */
export async function chooseModel(path: string | undefined, { op }: { op: string }): Promise<ChosenModel> {
  const chosen = path ?? (await newestRun());
  if (chosen === null) {
    throw new Failure({
      op,
      problem: `there is no model in ${RUNS}/ yet`,
      want: "a run that has ended, or --model with a run's folder or a model file",
      fix: "train one first: npx inkling train mlp",
    });
  }
  const file = (await isFolder(chosen, op)) ? join(chosen, files.model) : chosen;
  try {
    return { file, bytes: await readFile(file), guessed: path === undefined };
  } catch (error) {
    if (file !== chosen && systemCode(error) === "ENOENT") throw await withoutModel(chosen, op);
    throw fileFailure(error, { op, path: file });
  }
}

async function withoutModel(folder: string, op: string): Promise<Failure> {
  const isRun = await stat(join(folder, files.configuration)).then(
    () => true,
    () => false,
  );
  return isRun
    ? new Failure({
        op,
        problem: `the run ${folder} has no model yet`,
        want: `${files.model}, which a run writes when it ends`,
        fix: `let it go on: npx inkling train --resume ${folder} (with a lower --learning-rate, if its loss was lost)`,
      })
    : new Failure({ op, problem: `${folder} holds no model`, want: `the folder of a run, with ${files.model} in it` });
}

async function isFolder(path: string, op: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fileFailure(error, { op, path, want: "a run's folder or a model file" });
  }
}
