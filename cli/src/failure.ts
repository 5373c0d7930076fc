/**
 * What the command says when something goes wrong, and the code it ends with.
 *
 * A failure answers three questions, as the library's own errors do: what happened, what was expected, how to fix it.
 * Codes: 0 all went well, 1 a failure, 2 a wrong word or setting on the command line or in a configuration, 130 stopped
 * by Ctrl-C after saving. A stack trace is for whoever looks for a fault in this program: it takes `--debug`.
 */
import { constants } from "node:os";
import { printableLines } from "./printable.ts";

export interface Answers {
  /** Who noticed: the command, or the file's kind. */
  op: string;
  problem: string;
  got?: string;
  want?: string;
  fix?: string;
}

/** A failure with an exit code. It knows nothing of the library, so that `--help` need not load it. */
export class Failure extends Error {
  override name = "Failure";
  readonly exitCode: number;

  constructor(
    { op, problem, got, want, fix }: Answers,
    { exitCode = 1, cause }: { exitCode?: number; cause?: unknown } = {},
  ) {
    const lines = [`${op}: ${problem}`];
    if (got !== undefined) lines.push(`  got   ${got}`);
    if (want !== undefined) lines.push(`  want  ${want}`);
    if (fix !== undefined) lines.push(`  fix   ${fix}`);
    super(lines.join("\n"), { cause });
    this.exitCode = exitCode;
  }
}

/** A wrong word or setting: exit code 2. */
export class UsageFailure extends Failure {
  override name = "UsageFailure";

  constructor(answers: Answers, { cause }: { cause?: unknown } = {}) {
    super(answers, { exitCode: 2, cause });
  }
}

/** What the system's codes mean to someone who typed a path. */
const systemProblems: Readonly<Record<string, { problem: (path: string) => string; fix?: string }>> = {
  ENOENT: { problem: (path) => `there is nothing at ${path}` },
  EACCES: { problem: (path) => `no permission for ${path}`, fix: "choose another place, or change its permissions" },
  EPERM: { problem: (path) => `no permission for ${path}`, fix: "choose another place, or change its permissions" },
  EROFS: { problem: (path) => `${path} is on a read-only disk`, fix: "choose another place" },
  ENOTDIR: { problem: (path) => `a file stands where a folder is expected: ${path}`, fix: "choose another place" },
  EEXIST: { problem: (path) => `a file stands where a folder is expected: ${path}`, fix: "choose another place" },
  EISDIR: { problem: (path) => `${path} is a folder, not a file`, fix: "name the file itself" },
  ENOSPC: { problem: (path) => `the disk is full: ${path}`, fix: "make room, or choose another place" },
  EDQUOT: {
    problem: (path) => `your share of the disk is used up: ${path}`,
    fix: "make room, or choose another place",
  },
  EFBIG: { problem: (path) => `${path} would grow larger than files may be here`, fix: "raise the limit: ulimit -f" },
  ENAMETOOLONG: { problem: (path) => `the name is too long: ${path}`, fix: "choose a shorter one" },
};

/** An error of the file system as a failure that names the path; anything else is handed back as it is. */
export function fileFailure(error: unknown, { op, path, want }: { op: string; path: string; want?: string }): unknown {
  const code = systemCode(error);
  const known = code === undefined ? undefined : systemProblems[code];
  if (known) return new Failure({ op, problem: known.problem(path), want, fix: known.fix }, { cause: error });
  if (code === undefined) return error;
  return new Failure({ op, problem: `${path}: the system says ${code}`, want }, { cause: error });
}

/** "ENOENT" and its kin, or undefined for an error that is not the system's. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return error.code in constants.errno ? error.code : undefined;
}

/** Errors of the library that are about what its user asked for, not about what happened on the way. */
const settingErrors = new Set(["SettingError", "ShapeError"]);

/**
 * Functions of the library that a command calls on the way, and that put their names before their errors. Other errors
 * begin with something that its user knows: a place in the recipe, a layer, the loss.
 */
const innerFunctions = new Set(
  [
    ["readCsv", "tableSplits", "encodeTable", "encodeInputs", "imageSet", "readIdx", "mnist", "fashionMnist"],
    ["createDataset", "takeSamples", "gatherSamples", "holdOut", "splitValidation", "prepareDigit", "readDrawings"],
    ["decodeSafetensors", "encodeSafetensors", "loadModel", "resume"],
    ["createEngine", "buildModel", "fitArchitecture"],
  ].flat(),
);

/**
 * The text for the screen and the exit code of anything that was thrown.
 *
 * @param options.command the one that was asked for, which stands before the error; without it, as the error says
 */
export function describeFailure(
  error: unknown,
  { debug, command }: { debug: boolean; command?: string },
): { text: string; exitCode: number } {
  const { text, exitCode } = plainFailure(error, command);
  return { text: printableLines(debug ? withStack(text, error) : text), exitCode };
}

function plainFailure(error: unknown, command: string | undefined): { text: string; exitCode: number } {
  if (error instanceof Failure) return { text: error.message, exitCode: error.exitCode };
  if (error instanceof Error && "problem" in error && "op" in error) {
    const { message, op } = error;
    const isInner = command !== undefined && innerFunctions.has(String(op)) && message.startsWith(`${String(op)}: `);
    const text = isInner ? command + message.slice(String(op).length) : message;
    return { text, exitCode: settingErrors.has(error.name) ? 2 : 1 };
  }
  const message = error instanceof Error ? error.message : String(error);
  const advice = "\n  fix   run it again with --debug to see where";
  return { text: `inkling: something unexpected happened: ${message}${advice}`, exitCode: 1 };
}

function withStack(text: string, error: unknown): string {
  const stacks: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) stacks.push(each.stack ?? "");
  return `${text}\n\n${stacks.join("\ncaused by ")}`;
}
