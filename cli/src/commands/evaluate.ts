/** `inkling evaluate` lets a model judge samples that it has not learnt from, and says how good it is and where it errs. */
import type { Command } from "commander";
import { evaluate, readModelFile } from "inkling";
import type { ModelCard } from "inkling";
import type { ClassDataset } from "inkling/data";
import type { Evaluation, LossDescription } from "inkling/train";
import { loadClassifier, nameOf, viewsOption } from "../classifier-choice.ts";
import { addEngineOptions, startEngine } from "../engine-choice.ts";
import type { EngineArguments } from "../engine-choice.ts";
import { renderEvaluation } from "../evaluation-view.ts";
import { chooseModels, MODELS } from "../models.ts";
import { collect, missingOption } from "../option-values.ts";
import { asker, note, printJson, printLines, resultColors, resultColumns } from "../output.ts";
import { readTestData } from "../test-data.ts";

interface EvaluateArguments extends EngineArguments {
  model?: string[];
  views?: "1" | "5";
  data?: string;
  missing?: "refuse" | "drop";
  download?: boolean;
  json?: boolean;
}

export function define(command: Command): void {
  command
    .option("--model <path>", MODELS, collect)
    .addOption(viewsOption())
    .option(
      "--data <path>",
      "judge all samples of a CSV file, of a folder of pictures, or of one with the t10k files (default: what was held out for the test)",
    )
    .addOption(missingOption())
    .option("--download", "fetch the test files if they are not on this machine");
  addEngineOptions(command).option("--json", "print one line of JSON").action(run);
}

async function run(options: EvaluateArguments): Promise<void> {
  const op = "evaluate";
  const chosen = await chooseModels(options.model, { op });
  const [{ file, bytes }] = chosen;
  const { card, architecture } = readModelFile(bytes, { file });
  const { data: path, download, json, missing } = options;
  const ask = json ? null : asker();
  const { dataset: data, origin } = await readTestData(
    { file, card, architecture },
    { data: path, download, ask, missing },
  );

  const engine = await startEngine(options);
  try {
    if (engine.note !== null) note(engine.note);
    const judge = loadClassifier(chosen, { engine, views: options.views, op });
    const result = await evaluate(judge, data, { loss: lossOf(judge.card.recipe) });
    if (json) return printJson(figuresOf(result, judge.card));
    const named = data.task === "regression" ? data : { ...data, classNames: namesOf(card, data) };
    const view = { file: nameOf(chosen), card: judge.card, data: named, origin };
    printLines(renderEvaluation(result, view, { columns: resultColumns(), colors: resultColors() }));
  } finally {
    engine.close();
  }
}

/** The loss that the model was trained with, so that both say the same; whatever the file says is checked later. */
function lossOf(recipe: unknown): LossDescription | undefined {
  return (recipe as { loss?: LossDescription } | null)?.loss;
}

/** Everything but what was said of each sample. */
function figuresOf(result: Evaluation, { temperature }: ModelCard): object {
  if (result.task === "regression") {
    const { predictions: _, targets: __, ...figures } = result;
    return figures;
  }
  const { predictions: _, probabilities: __, ...figures } = result;
  return { ...figures, temperature };
}

/** The classes as the model calls them, if it has names for all; a set of MNIST's kind knows only numbers. */
function namesOf({ classNames }: ModelCard, data: ClassDataset): readonly string[] {
  return classNames.length === data.classNames.length ? classNames : data.classNames;
}
