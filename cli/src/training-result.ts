/** What a training came to, on one screen: how good, where it lies, some samples it got right and some wrong, what next. */
import { dirname } from "node:path";
import { recipeNames } from "inkling/digits";
import type { ClassDataset, Dataset, TableEncoding } from "inkling/data";
import type { ClassEvaluation, Evaluation } from "inkling/train";
import { cutTo } from "./colors.ts";
import type { Colors, Rgb } from "./colors.ts";
import { drawDigitRow, roomFor } from "./digit-row.ts";
import type { Specimen } from "./digit-row.ts";
import { measureText, nounFor, rateText } from "./measures.ts";
import type { Measures, Noun } from "./measures.ts";
import { count, duration, percent, plural } from "./numbers.ts";
import { printable } from "./printable.ts";
import { drawRows } from "./row-table.ts";
import { inQuotes, RUNS } from "./runs.ts";
import { thumbnailOf } from "./thumbnail.ts";
import { valueHeadline, valuePicture } from "./value-view.ts";

export interface TrainingResult {
  recipe: string;
  run: string;
  epochs: number;
  steps: number;
  /** The schedule's length; more than `steps` when training was stopped early. */
  plannedSteps: number;
  seconds: number;
  samplesPerSecond: number;
  noun: Noun;
  validation: Measures | null;
  /** The evaluation of the test samples, with them; null without any. */
  test: { result: Evaluation; data: Dataset } | null;
  /** How a table's columns became numbers; null for anything else. */
  encoding: TableEncoding | null;
  /** The options that name the data again, to train once more; empty for digits that are found without any. */
  dataOptions: readonly string[];
}

interface Paper {
  columns: number;
  colors: Colors;
}

const RIGHT: Rgb = [152, 236, 168];
const WRONG: Rgb = [255, 150, 140];
const CAPTION = 14; // columns

export function renderResult(result: TrainingResult, paper: Paper): string[] {
  const { colors } = paper;
  const lines = ["", ...headLines(result, colors), ""];
  if (result.test) lines.push(...sampleLines(result.test, result, paper));
  lines.push(...nextLines(result, colors), "");
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

function headLines(result: TrainingResult, colors: Colors): string[] {
  const { test, validation, noun, epochs, steps, plannedSteps, seconds, samplesPerSecond, run } = result;
  const lines = [];
  if (test) lines.push(testLine(test.result, noun, colors));
  else if (validation) {
    const what = `${validation.accuracy === null ? "in the mean on" : "of"} the validation ${noun}s${rightly(validation, noun)}`;
    lines.push(`${colors.bold(colors.green(measureText(validation)))} ${colors.bold(what)}`);
  }
  const facts = [
    steps < plannedSteps
      ? `${count(steps)} of ${plural(plannedSteps, "step")}`
      : `${plural(epochs, "epoch")}, ${plural(steps, "step")}`,
    duration(seconds),
    ...(samplesPerSecond > 0 ? [rateText(count(samplesPerSecond), noun)] : []),
    ...(test && validation ? [`validation ${measureText(validation)}`] : []),
  ];
  lines.push(colors.dim(facts.join(" · ")), `${colors.dim("saved in")} ${printable(run)}`);
  return lines;
}

function testLine(test: Evaluation, noun: Noun, colors: Colors): string {
  if (test.task === "regression") return valueHeadline(test, colors);
  const [low, high] = test.interval;
  return (
    `${colors.bold(colors.green(percent(test.accuracy)))} ` +
    colors.bold(`of ${count(test.samples)} test ${noun}s${rightly(test, noun)}`) +
    colors.dim(`   95 % interval ${percent(low).replace(" %", "")} – ${percent(high)}`)
  );
}

function rightly({ accuracy }: { accuracy: number | null }, noun: Noun): string {
  return accuracy === null ? "" : noun === "digit" ? " read right" : " right";
}

function sampleLines(
  { result, data }: { result: Evaluation; data: Dataset },
  { encoding }: TrainingResult,
  paper: Paper,
): string[] {
  if (result.task === "regression") {
    const target = data.task === "regression" ? data.targetNames[0] : "";
    return [...valuePicture(result, target, paper), ""];
  }
  if (data.task !== "classification") return [];
  if (data.inputShape.length === 3) return pictureLines(result, data, paper);
  return encoding ? rowLines(result, { data, encoding }, paper) : [];
}

/** One row of pictures it got right, one of the mistakes that it was surest of. */
function pictureLines(test: ClassEvaluation, data: ClassDataset, { columns, colors }: Paper): string[] {
  const { inputs } = data;
  if (!(inputs instanceof Uint8Array)) return [];
  const size = inputs.length / data.length;
  const isDigit = nounFor(data) === "digit";
  const specimen = (sample: number): Specimen => {
    const said = test.predictions[sample];
    const label = data.labels[sample];
    const sure = percent(sureness(test, sample), 1);
    const [name, own] = [said, label].map((index) => printable(data.classNames[index]));
    const verdict = isDigit ? [`${name}  ${sure}`] : [cutTo(name, CAPTION), sure];
    return {
      pixels: thumbnailOf(inputs.subarray(sample * size, (sample + 1) * size), data.inputShape),
      caption:
        said === label
          ? verdict.map(colors.green)
          : [...verdict.map(colors.red), colors.dim(cutTo(`it is ${own}`, CAPTION))],
    };
  };
  const room = Math.min(7, roomFor(columns - 3));
  const right = firstOfEachClass(test, data).slice(0, room);
  const wrong = surestMistakes(test, data).slice(0, room);
  const lines = [];
  if (right.length > 0) {
    const title = isDigit ? "read right" : "right";
    lines.push(colors.bold(title), ...drawDigitRow(right.map(specimen), { colors, ink: RIGHT }), "");
  }
  if (wrong.length > 0) {
    lines.push(
      colors.bold(isDigit ? "misread" : "mistaken") +
        colors.dim(`, ${count(test.wrong)} in all; these it was surest of`),
      ...drawDigitRow(wrong.map(specimen), { colors, ink: WRONG }),
      "",
    );
  }
  return lines;
}

/** Some rows it got right, and the mistakes that it was surest of. */
function rowLines(
  test: ClassEvaluation,
  { data, encoding }: { data: ClassDataset; encoding: TableEncoding },
  { columns, colors }: Paper,
): string[] {
  const right = firstOfEachClass(test, data).slice(0, 4);
  const wrong = surestMistakes(test, data).slice(0, 6);
  const draw = (samples: readonly number[]) =>
    drawRows(samples, { data, encoding, test }, { columns: columns - 3, colors });
  return [
    ...(right.length > 0 ? [colors.bold("right"), ...draw(right), ""] : []),
    ...(wrong.length > 0
      ? [
          colors.bold("mistaken") + colors.dim(`, ${count(test.wrong)} in all; these it was surest of`),
          ...draw(wrong),
          "",
        ]
      : []),
  ];
}

function sureness({ predictions, probabilities, samples }: ClassEvaluation, sample: number): number {
  return probabilities[sample * (probabilities.length / samples) + predictions[sample]];
}

function surestMistakes(test: ClassEvaluation, { labels }: ClassDataset): number[] {
  return [...labels.keys()]
    .filter((sample) => test.predictions[sample] !== labels[sample])
    .toSorted((a, b) => sureness(test, b) - sureness(test, a) || a - b);
}

/** The first sample of each class that it got right, classes in the order in which the file brings them. */
function firstOfEachClass(test: ClassEvaluation, data: ClassDataset): number[] {
  const seen = new Set<number>();
  const samples: number[] = [];
  for (const [sample, label] of data.labels.entries()) {
    if (seen.has(label) || test.predictions[sample] !== label) continue;
    seen.add(label);
    samples.push(sample);
  }
  return samples;
}

function nextLines({ recipe, run, test, noun, validation, dataOptions }: TrainingResult, colors: Colors): string[] {
  // a run of the usual folder is found as the newest; another has to be named
  const found = dirname(run) === RUNS;
  const place = printable(inQuotes(run));
  const model = found ? "" : ` --model ${place}`;
  const isOfClasses = test ? test.result.task === "classification" : validation?.accuracy !== null;
  const commands = [
    [
      `npx inkling evaluate${model}`,
      isOfClasses
        ? `which ${noun === "digit" ? "digits" : "classes"} it takes for others`
        : "how far off it is, and where",
    ],
    noun === "row"
      ? [`npx inkling predict${model} FILE.csv`, "predict the rows of your own file"]
      : [`npx inkling predict${model} FILE`, "let it read your own picture"],
    [`npx inkling info${found ? "" : ` ${place}`}`, "what the network is made of"],
    ...(recipeNames.includes(recipe)
      ? [[`npx inkling recipe ${recipe} > mine.json`, "edit it, and train with it:"]]
      : []),
  ].slice(test ? 0 : 1);
  const again = recipeNames.includes(recipe)
    ? [printable(["npx inkling train mine.json", ...dataOptions].join(" "))]
    : [];
  const width = Math.max(...commands.map(([command]) => command.length));
  return [
    colors.bold("next"),
    ...commands.map(([command, what]) => `${command.padEnd(width)}   ${colors.dim(what)}`),
    ...again,
  ];
}
