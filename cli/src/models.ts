/** Which model is meant, and its bytes. */
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pretrainedBytes, pretrainedNames } from "inkling/digits";
import type { PretrainedName } from "inkling/digits";
import { Failure, fileFailure, systemCode } from "./failure.ts";
import { files, findRuns, resumeCommand, RUNS } from "./runs.ts";

/** What `--model` takes, for the help. */
export const MODELS =
  `a run's folder, a model file, or one that comes with Inkling: ${pretrainedNames.join(", ")} ` +
  `(default: the newest run in ${RUNS}/, else cnn); given several times, the models vote`;

/** The model that is taken where nothing has been trained yet. */
const USUAL: PretrainedName = "cnn";

export interface ChosenModel {
  /** The model file, or the name of one that comes with Inkling. */
  file: string;
  /** The folder that tells of its training, if it lies in one; null for one that comes with Inkling. */
  folder: string | null;
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
 * The model at a path (a run's folder or a model file) or by its name, or that of the newest run, or the usual one.
 *
 * @throws {Failure} when there is none
 */
async function chooseModel(path: string | undefined, { op }: { op: string }): Promise<ChosenModel> {
  if (path !== undefined) {
    const model = (await shippedModel(path)) ?? (await readModel(path, { op }));
    return { ...model, guessed: false, passedOver: null };
  }
  const runs = await findRuns();
  const [newest] = runs;
  if (newest === undefined) return { ...(await loadShipped(USUAL)), guessed: true, passedOver: null };
  const latest = runs.find(({ hasModel }) => hasModel);
  if (latest === undefined) throw await withoutModel(newest.folder, op);
  const passedOver = newest.hasModel
    ? null
    : `${newest.folder} is newer, but has no model yet; to finish it: ${resumeCommand(newest.folder)}`;
  return { ...(await readModel(latest.folder, { op })), guessed: true, passedOver };
}

type FoundModel = Pick<ChosenModel, "file" | "folder" | "bytes">;

/** One that comes with Inkling; null when none has this name, or when a file or folder here has it. */
export async function shippedModel(name: string): Promise<FoundModel | null> {
  const known = pretrainedNames.find((each) => each === name);
  if (known === undefined) return null;
  const isHere = await stat(name).then(
    () => true,
    () => false,
  );
  return isHere ? null : loadShipped(known);
}

async function loadShipped(name: PretrainedName): Promise<FoundModel> {
  return { file: name, folder: null, bytes: await pretrainedBytes(name) };
}

async function readModel(path: string, { op }: { op: string }): Promise<FoundModel> {
  const file = (await isFolder(path, op)) ? join(path, files.model) : path;
  try {
    return { file, folder: dirname(file), bytes: await readFile(file) };
  } catch (error) {
    if (file !== path && systemCode(error) === "ENOENT") throw await withoutModel(path, op);
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
    throw fileFailure(error, { op, path, want: `a run's folder, a model file, or ${pretrainedNames.join(", ")}` });
  }
}
