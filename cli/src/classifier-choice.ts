/** Who judges: one model or several that vote, each looking at a sample once or from several sides. */
import { Option } from "commander";
import { AveragedViews, Ensemble, loadModel } from "inkling";
import type { Classifier, Engine, Model } from "inkling";
import { UsageFailure } from "./failure.ts";
import type { ChosenModel } from "./models.ts";
import { note } from "./output.ts";
import { printable } from "./printable.ts";

export function viewsOption(): Option {
  const help = "of pictures: 5 looks also one pixel to each side, and takes the mean of what it sees (default: 1)";
  return new Option("--views <n>", help).choices(["1", "5"]);
}

/**
 * What the models say together; one that looks once is the model itself.
 *
 * @throws {ShapeError} {SettingError} when models that are to vote do not fit each other
 * @throws {UsageFailure} when views are asked for of anything but pictures
 */
export function loadClassifier(
  chosen: readonly ChosenModel[],
  { engine, views = "1", op }: { engine: Engine; views?: "1" | "5"; op: string },
): Model | Classifier {
  const models = chosen.map(({ file, bytes }) => loadModel(engine, bytes, { file }));
  for (const { file, folder, guessed, passedOver } of chosen) {
    if (guessed) note(folder === null ? `model: ${file}, which comes with Inkling` : `model: ${file}`);
    if (passedOver !== null) note(passedOver);
  }
  const [first] = models;
  const judge = models.length === 1 ? first : new Ensemble(models);
  if (views === "1") return judge;
  if (first.architecture.input.length !== 3) {
    throw new UsageFailure({
      op,
      problem: `--views are for pictures, and ${chosen[0].file} is a model for tables`,
      want: "a model for digits or other pictures",
    });
  }
  return new AveragedViews(judge);
}

/** The models in a few words, for a heading. */
export function nameOf(chosen: readonly ChosenModel[]): string {
  return chosen.map(({ file }) => printable(file)).join(" + ");
}
