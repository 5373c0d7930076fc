/**
 * `inkling predict` says what a model makes of samples whose answer nobody knows: pictures and strokes, with what the
 * network saw of each, or the rows of a table.
 */
import type { Command } from "commander";
import { readModelFile } from "inkling";
import type { Classifier, Model, ModelCard } from "inkling";
import type { TableEncoding } from "inkling/data";
import { loadClassifier, viewsOption } from "../classifier-choice.ts";
import { kernelsOption, startEngine } from "../engine-choice.ts";
import { NO_PREPARATION, STROKES } from "../drawing-options.ts";
import { Failure, UsageFailure } from "../failure.ts";
import { chooseModels, MODELS } from "../models.ts";
import { collect, missingOption } from "../option-values.ts";
import { note, printJson, printLines, resultColors, resultColumns } from "../output.ts";
import { predictRows, renderRows } from "../predicted-rows.ts";
import { readTable } from "../table-data.ts";
import { kindOf } from "../test-data.ts";

interface PredictArguments {
  model?: string[];
  views?: "1" | "5";
  strokes?: string;
  preparation: boolean;
  missing?: "refuse" | "drop";
  engine?: "fast" | "reference";
  json?: boolean;
}

export function define(command: Command): void {
  command
    .argument("[file...]", "pictures (PNG, JPEG, WebP, GIF or AVIF), or for a model of tables a CSV file")
    .option("--strokes <file>", STROKES)
    .option("--no-preparation", NO_PREPARATION)
    .option("--model <path>", MODELS, collect)
    .addOption(viewsOption())
    .addOption(missingOption())
    .addOption(kernelsOption())
    .option("--json", "print one line of JSON")
    .action(run);
}

/** What is to be said, once there is a model to ask. */
type Answer = (judge: Model | Classifier) => { predictions: readonly object[]; lines: () => string[] };

async function run(paths: string[], options: PredictArguments): Promise<void> {
  const op = "predict";
  const { strokes, preparation } = options;
  if (paths.length === 0 && strokes === undefined) {
    throw new UsageFailure({ op, problem: "nothing is named to be read", want: "files, or --strokes FILE" });
  }
  const chosen = await chooseModels(options.model, { op });
  const [{ file, bytes }] = chosen;
  const { card, architecture } = readModelFile(bytes, { file });
  const encoding = card.preprocessing.table;
  const answer =
    encoding === null
      ? await aboutPictures({ paths, strokes, preparation }, { file, card, input: architecture.input })
      : await aboutRows({ paths, strokes }, { file, encoding, missing: options.missing });

  // a handful of samples is too little work to share
  const engine = await startEngine({ engine: options.engine, threads: 1 });
  try {
    const judge = loadClassifier(chosen, { engine, views: options.views, op });
    const { predictions, lines } = answer(judge);
    if (options.json) {
      const classes = classesOf(judge.card, predictions);
      return printJson({ ...(classes === null ? {} : { classes }), predictions });
    }
    printLines(lines());
  } finally {
    engine.close();
  }
}

/** The classes' names in the order of the probabilities; null for numbers. */
function classesOf(card: ModelCard, [first]: readonly object[]): string[] | null {
  if (first === undefined || !("probabilities" in first))
    return card.classNames.length > 0 ? [...card.classNames] : null;
  const { length } = first.probabilities as readonly number[];
  return Array.from({ length }, (_, index) => card.classNames[index] ?? String(index));
}

async function aboutPictures(
  { paths, strokes, preparation }: { paths: readonly string[]; strokes?: string; preparation: boolean },
  { file, card, input }: { file: string; card: ModelCard; input: readonly number[] },
): Promise<Answer> {
  const table = paths.find((path) => /\.[ct]sv$/i.test(path));
  if (table !== undefined) throw mismatch(file, "pictures", table);
  const { predictPictures, prepareDigits, preparePictures, renderPicture } = await import("../predicted-pictures.ts");
  const { checkDigitModel, readStrokes } = await import("../drawn-digits.ts");
  const ofDigits = kindOf(card) !== "images";
  if (strokes !== undefined || !preparation) checkDigitModel({ card, input }, { op: "predict", file });
  const pictures = ofDigits
    ? await prepareDigits(paths, { input, file, preparation })
    : await preparePictures(paths, { input, file });
  if (strokes !== undefined) pictures.push(...(await readStrokes(strokes, { op: "predict", preparation })));
  return (model) => {
    const predictions = predictPictures(model, pictures);
    for (const { source, blank } of pictures) {
      if (blank) note(`${source}: no ink stands out from the paper; what the network says of it means nothing`);
    }
    const view = { model, colors: resultColors(), columns: resultColumns() };
    // ten bars would say something of a blank picture all the same
    const lines = () =>
      pictures.flatMap((picture, index) => (picture.blank ? [] : renderPicture(predictions[index], picture, view)));
    return { predictions, lines };
  };
}

async function aboutRows(
  { paths, strokes }: { paths: readonly string[]; strokes?: string },
  { file, encoding, missing }: { file: string; encoding: TableEncoding; missing: "refuse" | "drop" | undefined },
): Promise<Answer> {
  const other = strokes ?? paths.find((path) => !/\.[ct]sv$/i.test(path));
  if (other !== undefined) throw mismatch(file, "the rows of tables", other);
  const tables = await Promise.all(paths.map((path) => readTable(path, { op: "predict" })));
  return (model) => {
    const files = tables.map((table, index) => {
      const { predictions, notes } = predictRows(model, table, { encoding, source: paths[index], missing });
      for (const text of notes) note(`${paths[index]}: ${text}`);
      return predictions;
    });
    const lines = () =>
      files.flatMap((rows, index) =>
        renderRows(
          rows,
          { source: paths[index], card: model.card, encoding, table: tables[index] },
          { columns: resultColumns(), colors: resultColors() },
        ),
      );
    return { predictions: files.flat(), lines };
  };
}

function mismatch(file: string, kind: string, path: string): Failure {
  return new Failure({
    op: "predict",
    problem: `${file} is a model for ${kind}`,
    got: path,
    want:
      kind === "pictures"
        ? "PNG, JPEG, WebP, GIF or AVIF files"
        : "a CSV file with the columns that it was trained with",
  });
}
