/** What a training came to, on one screen: how good, where it lies, some digits read right and some misread, what next. */
import { dirname } from "node:path";
import { recipeNames } from "inkling/digits";
import type { ClassEvaluation } from "inkling";
import type { ClassDataset } from "inkling/data";
import type { Colors, Rgb } from "./colors.ts";
import { drawDigitRow, roomFor } from "./digit-row.ts";
import type { Specimen } from "./digit-row.ts";
import { count, duration, percent, plural } from "./numbers.ts";
import { RUNS } from "./runs.ts";

export interface TrainingResult {
  recipe: string;
  run: string;
  epochs: number;
  steps: number;
  /** The schedule's length; more than `steps` when training was stopped early. */
  plannedSteps: number;
  seconds: number;
  imagesPerSecond: number;
  validationAccuracy: number | null;
  test: ClassEvaluation | null;
  testData: ClassDataset | null;
}

const RIGHT: Rgb = [152, 236, 168];
const WRONG: Rgb = [255, 150, 140];

export function renderResult(
  result: TrainingResult,
  { columns, colors }: { columns: number; colors: Colors },
): string[] {
  const { test, testData } = result;
  const lines = ["", ...accuracyLines(result, colors), ""];
  if (test && testData) lines.push(...digitLines(test, testData, { columns, colors }));
  lines.push(...nextLines(result, colors), "");
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

function accuracyLines(result: TrainingResult, colors: Colors): string[] {
  const { test, validationAccuracy: validation, epochs, steps, plannedSteps, seconds, imagesPerSecond, run } = result;
  const lines = [];
  if (test) {
    const [low, high] = test.interval;
    lines.push(
      `${colors.bold(colors.green(percent(test.accuracy)))} ${colors.bold(`of ${count(test.samples)} test digits read right`)}` +
        colors.dim(`   95 % interval ${percent(low).replace(" %", "")} – ${percent(high)}`),
    );
  } else if (validation !== null) {
    lines.push(
      `${colors.bold(colors.green(percent(validation)))} ${colors.bold("of the validation digits read right")}`,
    );
  }
  const facts = [
    steps < plannedSteps
      ? `${count(steps)} of ${plural(plannedSteps, "step")}`
      : `${plural(epochs, "epoch")}, ${plural(steps, "step")}`,
    duration(seconds),
    ...(imagesPerSecond > 0 ? [`${count(imagesPerSecond)} images/s`] : []),
    ...(test && validation !== null ? [`validation ${percent(validation)}`] : []),
  ];
  lines.push(colors.dim(facts.join(" · ")), `${colors.dim("saved in")} ${run}`);
  return lines;
}

/** One row of digits read right, one of the mistakes that it was surest of. */
function digitLines(
  test: ClassEvaluation,
  data: ClassDataset,
  { columns, colors }: { columns: number; colors: Colors },
): string[] {
  const size = data.inputs.length / data.length;
  if (size !== 28 * 28 || !(data.inputs instanceof Uint8Array)) return [];
  const inputs = data.inputs;
  const width = test.probabilities.length / test.samples;
  const sure = (sample: number) => test.probabilities[sample * width + test.predictions[sample]];
  const specimen = (sample: number): Specimen => {
    const said = test.predictions[sample];
    const label = data.labels[sample];
    const verdict = `${data.classNames[said]}  ${percent(sure(sample), 1)}`;
    return {
      pixels: inputs.subarray(sample * size, (sample + 1) * size),
      caption:
        said === label ? [colors.green(verdict)] : [colors.red(verdict), colors.dim(`it is ${data.classNames[label]}`)],
    };
  };
  const room = Math.min(7, roomFor(columns - 3));
  const right = firstOfEachClass(test, data).slice(0, room);
  const wrong = [...data.labels.keys()]
    .filter((sample) => test.predictions[sample] !== data.labels[sample])
    .toSorted((a, b) => sure(b) - sure(a) || a - b)
    .slice(0, room);
  const lines = [];
  if (right.length > 0) {
    lines.push(colors.bold("read right"), ...drawDigitRow(right.map(specimen), { colors, ink: RIGHT }), "");
  }
  if (wrong.length > 0) {
    lines.push(
      colors.bold("misread") + colors.dim(`, ${count(test.wrong)} in all; these it was surest of`),
      ...drawDigitRow(wrong.map(specimen), { colors, ink: WRONG }),
      "",
    );
  }
  return lines;
}

/** The first digit of each class that was read right, classes in the order in which the file brings them. */
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

function nextLines({ recipe, run, test }: TrainingResult, colors: Colors): string[] {
  // a run of the usual folder is found as the newest; another has to be named
  const found = dirname(run) === RUNS;
  const place = /\s/.test(run) ? JSON.stringify(run) : run;
  const model = found ? "" : ` --model ${place}`;
  const commands = [
    [`npx inkling evaluate${model}`, "which digits it takes for others"],
    [`npx inkling predict${model} FILE`, "let it read a picture of yours"],
    [`npx inkling info${found ? "" : ` ${place}`}`, "what the network is made of"],
    ...(recipeNames.includes(recipe)
      ? [[`npx inkling recipe ${recipe} > mine.json`, "edit it, and train mine.json"]]
      : []),
  ].slice(test ? 0 : 1);
  const width = Math.max(...commands.map(([command]) => command.length));
  return [colors.bold("next"), ...commands.map(([command, what]) => `${command.padEnd(width)}   ${colors.dim(what)}`)];
}
