/** The end of a training: the model is judged and saved, and what came of it is printed. */
import { evaluate, hashWeights, saveModel } from "inkling";
import type { Evaluation, Model } from "inkling";
import type { ClassDataset, Splits } from "inkling/data";
import type { Recipe } from "inkling/digits";
import { writeAtomically } from "./atomic-file.ts";
import { percent } from "./numbers.ts";
import { printJson, printLines, resultColors, resultColumns } from "./output.ts";
import type { RunConfiguration } from "./run-configuration.ts";
import type { Run } from "./runs.ts";
import { shortPath } from "./runs.ts";
import type { Story } from "./story.ts";
import { clock, rounded } from "./training.ts";
import type { Outcome } from "./training.ts";
import { renderResult } from "./training-result.ts";

export async function conclude({
  model,
  splits,
  story,
  outcome,
  folder,
  options,
  configuration,
}: {
  model: Model;
  splits: Splits<ClassDataset>;
  story: Story;
  outcome: Outcome;
  folder: Run;
  options: { json?: boolean; quiet?: boolean };
  configuration: RunConfiguration;
}): Promise<void> {
  const { recipe, seed } = configuration;
  const validationAccuracy = await lastValidation(model, splits, { outcome, folder, recipe });
  const test: Evaluation | null = splits.test && (await evaluate(model, splits.test));
  const weights = await hashWeights(model);
  await writeAtomically(folder.file("model"), saveModel(model));

  const result = {
    recipe: recipe.name,
    seed,
    epochs: recipe.epochs,
    steps: outcome.step,
    parameters: model.parameterCount,
    seconds: rounded(clock(), 3),
    trainSeconds: rounded(story.learningSeconds, 3),
    imagesPerSecond: Math.round(story.imagesPerSecond),
    validationAccuracy,
    testAccuracy: test?.accuracy ?? null,
    weights,
    module: model.engine.module,
    threads: model.engine.threads,
    run: shortPath(folder.path),
  };
  if (options.json) return printJson(result);
  if (options.quiet) {
    const accuracy = test
      ? `test ${percent(test.accuracy)}`
      : `validation ${percent(validationAccuracy ?? Number.NaN)}`;
    return printLines([`${result.run}  ${test || validationAccuracy !== null ? accuracy : "trained"}`]);
  }
  const view = { ...result, plannedSteps: story.steps, seconds: story.seconds, test, testData: splits.test };
  printLines(renderResult(view, { columns: resultColumns(), colors: resultColors() }));
}

/** The accuracy of the weights as they are now: known from the last epoch unless training ended in the midst of one. */
async function lastValidation(
  model: Model,
  { validation }: Splits<ClassDataset>,
  { outcome, folder, recipe: { earlyStopping } }: { outcome: Outcome; folder: Run; recipe: Recipe },
): Promise<number | null> {
  if (validation === null) return null;
  const last = folder.lines.at(-1);
  // with early stopping, the weights at the end are those of the best epoch, not of the last
  const isLast = last?.step === outcome.step && (!earlyStopping || outcome.reason === "stopped");
  if (isLast) return last.validationAccuracy;
  return (await evaluate(model, validation)).accuracy;
}
