/** `inkling evaluate` lets a model judge samples that it has not learnt from, and says how good it is and where it errs. */
import type { Command } from "commander";
import { evaluate, readModelFile } from "inkling";
import type { ModelCard } from "inkling";
import type { ClassDataset } from "inkling/data";
import type { Evaluation, LossDescription } from "inkling/train";
import { loadClassifier, nameOf, viewsOption } from "../classifier-choice.ts";
import { NO_PREPARATION, STROKES } from "../drawing-options.ts";
import { addEngineOptions, startEngine } from "../engine-choice.ts";
import type { EngineArguments } from "../engine-choice.ts";
import { judgementOf, renderJudgement } from "../drawn-judgement.ts";
import type { DrawnTest } from "../drawn-judgement.ts";
import { renderEvaluation } from "../evaluation-view.ts";
import { UsageFailure } from "../failure.ts";
import { chooseModels, MODELS } from "../models.ts";
import { collect, missingOption } from "../option-values.ts";
import { asker, note, printJson, printLines, resultColors, resultColumns, withProgressLine } from "../output.ts";
import { shortPath } from "../runs.ts";
import { readTestData } from "../test-data.ts";

interface EvaluateArguments extends EngineArguments {
  model?: string[];
  views?: "1" | "5";
  data?: string;
  strokes?: string;
  images?: string;
  preparation: boolean;
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
    .option("--strokes <file>", `judge ${STROKES}`)
    .option("--images <folder>", "judge pictures of digits, of any kind and size, in sub-folders named 0 to 9")
    .option("--no-preparation", NO_PREPARATION)
    .addOption(missingOption())
    .option("--download", "fetch the test files if they are not on this machine");
  addEngineOptions(command).option("--json", "print one line of JSON").action(run);
}

async function run(options: EvaluateArguments): Promise<void> {
  const op = "evaluate";
  const chosen = await chooseModels(options.model, { op });
  const [{ file, folder, bytes }] = chosen;
  const { card, architecture } = readModelFile(bytes, { file });
  const { download, json, missing } = options;
  const ask = json ? null : asker();
  const drawn = await readDrawn(options, { file, card, input: architecture.input });
  const { dataset: data, origin } =
    drawn ?? (await readTestData({ file, folder, card, architecture }, { data: options.data, download, ask, missing }));

  const engine = await startEngine(options);
  try {
    if (engine.note !== null) note(engine.note);
    const judge = loadClassifier(chosen, { engine, views: options.views, op });
    const result = await evaluate(judge, data, { loss: lossOf(judge.card.recipe) });
    const judged = drawn && result.task === "classification" ? judgementOf(result, drawn) : null;
    if (json) return printJson({ ...figuresOf(result, judge.card), ...judged });
    const named = data.task === "regression" ? data : { ...data, classNames: namesOf(card, data) };
    const view = { file: nameOf(chosen), card: judge.card, data: named, origin };
    const paper = { columns: resultColumns(), colors: resultColors() };
    printLines(renderEvaluation(result, view, paper));
    if (judged) printLines(renderJudgement(judged, paper));
  } finally {
    engine.close();
  }
}

/** The digits of --strokes or --images; null when neither was given. */
async function readDrawn(
  { data, strokes, images, preparation }: EvaluateArguments,
  { file, card, input }: { file: string; card: ModelCard; input: readonly number[] },
): Promise<DrawnTest | null> {
  const op = "evaluate";
  const named = Object.entries({ "--data": data, "--strokes": strokes, "--images": images });
  const given = named.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (given.length > 1) {
    throw new UsageFailure({
      op,
      problem: `${given.join(" and ")} name different things to judge`,
      want: "one of them",
    });
  }
  const path = strokes ?? images;
  if (path === undefined) {
    if (preparation) return null;
    throw new UsageFailure({
      op,
      problem: "--no-preparation says nothing of samples that are not prepared",
      want: "it with --strokes or --images",
    });
  }
  const { checkDigitModel, readLabelledImages, readLabelledStrokes } = await import("../drawn-digits.ts");
  checkDigitModel({ card, input }, { op, file });
  const read = await withProgressLine((report) =>
    strokes === undefined
      ? readLabelledImages(path, { op, input, preparation, report })
      : readLabelledStrokes(path, { op, input, preparation }),
  );
  for (const text of read.notes) note(text);
  return { ...read, origin: shortPath(path), preparation };
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
  const { predictions: _, probabilities: __, strangeness: ___, ...figures } = result;
  return { ...figures, temperature };
}

/** The classes as the model calls them, if it has names for all; a set of MNIST's kind knows only numbers. */
function namesOf({ classNames }: ModelCard, data: ClassDataset): readonly string[] {
  return classNames.length === data.classNames.length ? classNames : data.classNames;
}
