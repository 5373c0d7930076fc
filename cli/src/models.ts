/** Which model is meant, and its bytes. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure, fileFailure, systemCode } from "./failure.ts";
import { files, findRuns, resumeCommand, RUNS } from "./runs.ts";

/** What `--model` takes, for the help. */
export const MODELS =
  "a run's folder or a model file (default: the newest run in runs/); given several times, the models vote";

export interface ChosenModel {
  /** The model file. */
  file: string;
  bytes: Uint8Array;
  /** Whether nobody named it, so that the command should say which it took. */
  guessed: boolean;
  /** A remark on a newer run that was passed over, because it has no model yet; null when there is none. */
  passedOver: string | null;
}

/** The models at some paths, or that of the newest run. @throws {Failure} when one is not there */
export function chooseModels(paths: readonly string[] = [], { op }: { op: string }): Promise<ChosenModel[]> {
  const chosen: readonly (string | undefined)[] = paths.length === 0 ? [undefined] : paths;
  return Promise.all(chosen.map((path) => chooseModel(path, { op })));
}

/**
 * The model at a path (a run's folder or a model file), or that of the newest run.
 *
 * @throws {Failure} when there is none
 */
async function chooseModel(path: string | undefined, { op }: { op: string }): Promise<ChosenModel> {
  const runs = path === undefined ? await findRuns() : [];
  const [newest] = runs;
  const chosen = path ?? runs.find(({ hasModel }) => hasModel)?.folder;
  if (chosen === undefined && newest !== undefined) throw await withoutModel(newest.folder, op);
  if (chosen === undefined) {
    throw new Failure({
      op,
      problem: `there is no model in ${RUNS}/ yet`,
      want: "a run that has ended, or --model with a run's folder or a model file",
      fix: "train one first: npx inkling train mlp",
    });
  }
  const file = (await isFolder(chosen, op)) ? join(chosen, files.model) : chosen;
  try {
    const passedOver =
      newest === undefined || newest.hasModel
        ? null
        : `${newest.folder} is newer, but has no model yet; to finish it: ${resumeCommand(newest.folder)}`;
    return { file, bytes: await readFile(file), guessed: path === undefined, passedOver };
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
        fix: `finish it: ${resumeCommand(folder)} (with a lower --learning-rate, if its loss was no longer finite)`,
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
