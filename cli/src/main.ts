/**
 * The command `inkling`: which commands there are, and what becomes of an error. Only the command that was asked for is
 * loaded; its own file says what it takes and does.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { describeFailure, fileFailure } from "./failure.ts";
import { noteColors } from "./output.ts";
import { printableLines } from "./printable.ts";

interface Entry {
  summary: string;
  load: () => Promise<{ define: (command: Command) => void }>;
}

const commands: Readonly<Record<string, Entry>> = {
  train: { summary: "train a network on digits, a table or pictures", load: () => import("./commands/train.ts") },
  evaluate: {
    summary: "judge a model by samples it has not learnt from",
    load: () => import("./commands/evaluate.ts"),
  },
  predict: { summary: "read pictures, or predict the rows of a table", load: () => import("./commands/predict.ts") },
  info: { summary: "say what a run, a model or a checkpoint is", load: () => import("./commands/info.ts") },
  reproduce: {
    summary: "train a recipe with several seeds, and say what came of all",
    load: () => import("./commands/reproduce.ts"),
  },
  recipe: { summary: "print a recipe, to be edited", load: () => import("./commands/recipe.ts") },
};

process.stdout.on("error", outputFailed);
process.stderr.on("error", outputFailed);
process.exitCode = await run(process.argv.slice(2));

async function run(words: string[]): Promise<number> {
  const debug = words.includes("--debug");
  try {
    const program = await buildProgram(words);
    await program.parseAsync(words, { from: "user" });
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      const asked = error.exitCode === 0 || error.code === "commander.help";
      return asked ? error.exitCode && 2 : 2; // a bare `inkling` prints its help, and yet did nothing
    }
    const { text, exitCode } = describeFailure(error, { debug, command: wantedOf(words) });
    const [first, ...rest] = text.split("\n");
    const { red, bold } = noteColors();
    process.stderr.write(`${[red(bold(first)), ...rest].join("\n")}\n`);
    return exitCode;
  }
}

async function buildProgram(words: readonly string[]): Promise<Command> {
  const wanted = wantedOf(words);
  const program = new Command("inkling")
    .description("A neural network you can see through.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .configureOutput({ outputError: (text, write) => write(inThreeAnswers(text, wanted)) });

  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program
      .command(name)
      .summary(summary)
      .description(`${summary[0].toUpperCase()}${summary.slice(1)}.`);
    command.helpOption("-h, --help", "print this help");
    // the others are only names here, for the help and for "did you mean"
    if (name === wanted) (await load()).define(command);
    command.option("--debug", "show the stack of an error");
  }
  return program;
}

function wantedOf(words: readonly string[]): string | undefined {
  return words.find((word) => Object.hasOwn(commands, word));
}

/** commander's own words, in the form that all our errors have. */
function inThreeAnswers(text: string, command: string | undefined): string {
  const [first, ...rest] = printableLines(text.trim()).split("\n");
  const [, problem, want] =
    /^(.*?)\.?(?: (?:It must be|Allowed choices are) (.*?)\.?)?$/.exec(first.replace(/^error: /, "")) ?? [];
  const fix = /\(Did you mean (.+)\?\)/.exec(rest.join(" "))?.[1];
  const colors = noteColors();
  const lines = [colors.red(colors.bold(`inkling: ${problem}`))];
  if (want) lines.push(`  want  ${want}`);
  const help = ["inkling", command, "--help"].filter((word) => word !== undefined).join(" ");
  lines.push(`  fix   ${fix ? `did you mean ${fix}?` : `${help} says what there is`}`);
  return `${lines.join("\n")}\n`;
}

function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Output that cannot be written. When whoever read it has gone, `inkling … | head`, there is nobody left to tell. */
function outputFailed(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return;
  const failure = fileFailure(error, { op: "inkling", path: "the output" });
  process.stderr.write(`${describeFailure(failure, { debug: false }).text}\n`);
  process.exit(1);
}
