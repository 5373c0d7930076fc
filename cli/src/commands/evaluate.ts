/** `inkling evaluate` lets a model read the 10,000 test digits and says how good it is, and where it errs. */
import type { Command } from "commander";
import { evaluate, loadModel } from "inkling";
import { mnistTest } from "inkling/digits";
import { findData, testFiles } from "../data.ts";
import { addEngineOptions, startEngine } from "../engine-choice.ts";
import type { EngineArguments } from "../engine-choice.ts";
import { renderEvaluation } from "../evaluation-view.ts";
import { chooseModel, MODEL } from "../models.ts";
import { asker, note, printJson, printLines, withProgressLine, resultColors, resultColumns } from "../output.ts";

interface EvaluateArguments extends EngineArguments {
  model?: string;
  data?: string;
  download?: boolean;
  json?: boolean;
}

export function define(command: Command): void {
  command
    .option("--model <path>", MODEL)
    .option("--data <dir>", "a folder with the two t10k files, plain or .gz")
    .option("--download", "fetch the test files if they are not on this machine");
  addEngineOptions(command).option("--json", "print one line of JSON").action(run);
}

async function run(options: EvaluateArguments): Promise<void> {
  const op = "evaluate";
  const { file, bytes, guessed } = await chooseModel(options.model, { op });
  const ask = options.json ? null : asker();
  const { source } = await withProgressLine((report) =>
    findData({ data: options.data, download: options.download, needed: testFiles, op, ask, report }),
  );
  const data = await mnistTest(source);

  const engine = await startEngine(options);
  try {
    if (engine.note !== null) note(engine.note);
    const model = loadModel(engine, bytes, { file });
    if (guessed) note(`model: ${file}`);
    const { predictions: _, probabilities: __, ...result } = await evaluate(model, data);
    if (options.json) return printJson(result);
    const view = { file, card: model.card, classNames: data.classNames };
    printLines(renderEvaluation(result, view, { columns: resultColumns(), colors: resultColors() }));
  } finally {
    engine.close();
  }
}
