/** `inkling evaluate` lets a model read the 10,000 test digits and says how good it is, and where it errs. */
import { Option } from "commander";
import type { Command } from "commander";
import { evaluate, loadModel } from "inkling";
import { mnistTest } from "inkling/digits";
import { findData, testFiles } from "../data.ts";
import { startEngine } from "../engine-choice.ts";
import { renderEvaluation } from "../evaluation-view.ts";
import { chooseModel } from "../models.ts";
import { wholeNumber } from "../option-values.ts";
import { asker, note, printJson, printLines, withProgressLine, resultColors, resultColumns } from "../output.ts";

interface EvaluateArguments {
  model?: string;
  data?: string;
  download?: boolean;
  threads?: number;
  module?: "auto" | "simd" | "relaxed-simd";
  engine?: "fast" | "reference";
  json?: boolean;
}

export function define(command: Command): void {
  command
    .option("--model <path>", "a run's folder or a model file (default: the newest run in runs/)")
    .option("--data <dir>", "a folder with the two t10k files, plain or .gz")
    .option("--download", "fetch the test files if they are not on this machine")
    .option("--threads <n>", "threads to share the work, 1 to 16", wholeNumber(1, 16))
    .addOption(new Option("--module <name>", "which build of the kernels").choices(["auto", "simd", "relaxed-simd"]))
    .addOption(new Option("--engine <name>", "fast, or the readable reference").choices(["fast", "reference"]))
    .option("--json", "print one line of JSON")
    .action(run);
}

async function run(options: EvaluateArguments): Promise<void> {
  const op = "evaluate";
  const { file, bytes, guessed } = await chooseModel(options.model, { op });
  const ask = options.json ? null : asker();
  const { source } = await withProgressLine((report) =>
    findData({ data: options.data, download: options.download, needed: testFiles, op, ask, report }),
  );
  const data = await mnistTest(source);

  const engine = await startEngine({ kernels: options.engine, module: options.module, threads: options.threads });
  try {
    if (engine.note !== null) note(engine.note);
    const model = loadModel(engine, bytes, { file });
    if (guessed) note(`model: ${file}`);
    const { predictions: _, probabilities: __, ...result } = await evaluate(model, data);
    if (options.json) {
      const { task: ___, binary: ____, ...figures } = result; // digits are classes, and more than two
      return printJson(figures);
    }
    const view = { file, card: model.card, classNames: data.classNames };
    printLines(renderEvaluation(result, view, { columns: resultColumns(), colors: resultColors() }));
  } finally {
    engine.close();
  }
}
