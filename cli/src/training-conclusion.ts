/** The end of a training: the model is judged and saved, and what came of it is printed. */
import { relative } from "node:path";
import { evaluate, saveModel } from "inkling";
import type { Model } from "inkling";
import type { Dataset } from "inkling/data";
import type { Evaluation } from "inkling/train";
import { writeAtomically } from "./atomic-file.ts";
import { measureText, nounFor, validationOf } from "./measures.ts";
import type { Measures } from "./measures.ts";
import { learnLimits } from "./model-limits.ts";
import { originOf } from "./origin.ts";
import { printJson, printLines, resultColors, resultColumns } from "./output.ts";
import type { RunConfiguration } from "./run-configuration.ts";
import type { Run } from "./runs.ts";
import { inQuotes, shortPath } from "./runs.ts";
import type { Story } from "./story.ts";
import type { TrainingData } from "./training-data.ts";
import { clock, rounded } from "./training.ts";
import type { Outcome } from "./training.ts";
import { renderResult } from "./training-result.ts";

interface Ending {
  model: Model;
  data: TrainingData;
  story: Story;
  outcome: Outcome;
  folder: Run;
  options: { json?: boolean; quiet?: boolean; refuse: number };
  configuration: RunConfiguration;
}

export async function conclude(ending: Ending): Promise<void> {
  const { model, data, story, outcome, folder, options, configuration } = ending;
  const { recipe, seed } = configuration;
  const { loss } = recipe;
  const testData = data.splits.test;
  const validation = await lastValidation(ending);
  await learnLimits(model, data.splits, { share: options.refuse, seed, quiet: options.quiet });
  const test = testData && (await evaluate(model, testData, { loss }));
  const origin = await originOf(model);
  model.card = { ...model.card, origin };
  await writeAtomically(folder.file("model"), saveModel(model));

  const run = shortPath(folder.path);
  if (options.json) {
    return printJson({
      recipe: recipe.name,
      task: data.splits.training.task,
      seed,
      epochs: recipe.epochs,
      steps: outcome.step,
      parameters: model.parameterCount,
      seconds: rounded(clock(), 3),
      trainSeconds: rounded(story.learningSeconds, 3),
      imagesPerSecond: Math.round(story.samplesPerSecond),
      temperature: model.card.temperature,
      validationAccuracy: validation?.accuracy ?? null,
      validationMeanAbsoluteError: validation?.meanAbsoluteError ?? null,
      testAccuracy: test?.task === "classification" ? test.accuracy : null,
      testMeanAbsoluteError: test?.task === "regression" ? test.meanAbsoluteError : null,
      testDetermination: test?.task === "regression" ? test.determination : null,
      weights: origin.weights,
      module: model.engine.module,
      threads: model.engine.threads,
      run,
    });
  }
  if (options.quiet) {
    const measures = test
      ? `test ${measureText(measuresOf(test))}`
      : validation && `validation ${measureText(validation)}`;
    return printLines([`${run}  ${measures ?? "trained"}`]);
  }
  const view = {
    recipe: recipe.name,
    run,
    epochs: recipe.epochs,
    steps: outcome.step,
    plannedSteps: story.steps,
    seconds: story.seconds,
    samplesPerSecond: story.samplesPerSecond,
    noun: nounFor(data.splits.training),
    validation,
    test: test && testData && { result: test, data: testData },
    encoding: data.encoding,
    dataOptions: dataOptionsOf(configuration),
  };
  printLines(renderResult(view, { columns: resultColumns(), colors: resultColors() }));
}

/** `--data FILE --target COLUMN` and the like, as they would be typed here. */
function dataOptionsOf({ data, table }: RunConfiguration): string[] {
  if (data === null) return [];
  const here = relative(process.cwd(), data);
  const options: [string, string][] = [["--data", here !== "" && here.length < data.length ? here : data]];
  if (table) {
    options.push(["--target", table.target]);
    for (const name of table.omit) options.push(["--omit", name]);
    for (const name of table.categories) options.push(["--category", name]);
    if (table.task !== null) options.push(["--task", table.task]);
  }
  return options.map(([option, value]) => `${option} ${inQuotes(value)}`);
}

function measuresOf(result: Evaluation): Measures {
  return result.task === "classification"
    ? { accuracy: result.accuracy, meanAbsoluteError: null }
    : { accuracy: null, meanAbsoluteError: result.meanAbsoluteError };
}

/** What the weights as they are now are worth: known from the last epoch unless training ended in the midst of one. */
async function lastValidation({ model, data, outcome, folder, configuration }: Ending): Promise<Measures | null> {
  const validation: Dataset | null = data.splits.validation;
  if (validation === null) return null;
  const { earlyStopping, averaging, loss } = configuration.recipe;
  const last = folder.lines.at(-1);
  // with early stopping, the weights at the end are those of the best epoch, not of the last
  const isLast = last?.step === outcome.step && (!earlyStopping || outcome.reason === "stopped");
  if (isLast && !averaging) return validationOf(last);
  return measuresOf(await evaluate(model, validation, { loss }));
}
