/**
 * An evaluation on one screen. Of classes: the accuracy, the confusion matrix, each class, and whether the model knows
 * its limits. Of numbers: how far off, and a picture of it.
 */
import type { ModelCard } from "inkling";
import type { Dataset } from "inkling/data";
import type { BinaryScore } from "inkling/nn";
import type { ClassEvaluation, ValueEvaluation } from "inkling/train";
import { bar } from "./chart.ts";
import { padTo, shortened, widthOf } from "./colors.ts";
import type { Colors, Rgb } from "./colors.ts";
import { nounFor } from "./measures.ts";
import type { Noun } from "./measures.ts";
import { count, lossText, percent, plural } from "./numbers.ts";
import { printable } from "./printable.ts";
import { valueFigures, valuePicture } from "./value-view.ts";

const RIGHT: Rgb = [152, 236, 168];
const WRONG: Rgb = [255, 96, 88];
const CELL = 5; // columns
const LONGEST_NAME = 14;
const SHORTEST_NAME = 8;
const MOST_BARS = 20; // classes, where there is no room for a matrix

interface Paper {
  columns: number;
  colors: Colors;
}

type ClassFigures = Omit<ClassEvaluation, "predictions" | "probabilities">;

export function renderEvaluation(
  result: ClassFigures | ValueEvaluation,
  { file, card, data, origin }: { file: string; card: ModelCard; data: Dataset; origin: string | null },
  paper: Paper,
): string[] {
  const noun = nounFor(data);
  const model = `${file}${card.seed === null ? "" : ` · seed ${card.seed}`}`;
  // samples of a file that somebody names need not be new to the model: nobody can call them its test
  const samples =
    origin === null
      ? plural(result.samples, `test ${noun}`)
      : `${plural(result.samples, noun)} of ${printable(origin)}`;
  const fits = model.length + samples.length + 5 <= paper.columns;
  const headings = fits ? [`${model} · ${samples}`] : [model, samples];
  const body =
    result.task === "classification" && data.task === "classification"
      ? classLines(result, { classNames: data.classNames, noun, temperature: card.temperature }, paper)
      : result.task === "regression" && data.task === "regression"
        ? [...valueFigures(result, data.targetNames[0], paper), "", ...valuePicture(result, data.targetNames[0], paper)]
        : [];
  const lines = ["", ...headings.map(paper.colors.dim), "", ...body];
  return [...lines.map((line) => (line === "" ? "" : `  ${line}`)), ""];
}

function classLines(
  result: ClassFigures,
  { classNames, noun, temperature }: { classNames: readonly string[]; noun: Noun; temperature: number },
  { columns, colors }: Paper,
): string[] {
  const [low, high] = result.interval;
  const wrong = noun === "digit" ? "misread" : "mistaken";
  return [
    `${colors.bold("accuracy")}     ${colors.bold(colors.green(percent(result.accuracy)))}   ${colors.dim(`95 % interval ${percent(low).replace(" %", "")} – ${percent(high)}`)}`,
    `${colors.bold(wrong.padEnd(11))}  ${count(result.wrong)}`,
    `${colors.bold("loss")}         ${lossText(result.loss)} ${colors.dim("nats")}`,
    `${colors.bold("calibration")}  ${percent(result.calibrationError)} ${colors.dim("between how sure it is and how often it is right")}`,
    ...(temperature === 1
      ? []
      : [
          colors.dim(
            `             ${percent(result.uncalibratedError)} without its temperature, ${temperature.toFixed(2)}`,
          ),
        ]),
    ...(result.refusal ? [refusalLine(result.refusal, result.samples, colors)] : []),
    ...(result.binary ? binaryLines(result.binary, printable(classNames[1]), colors) : []),
    "",
    ...matrixLines(result, { classNames, noun }, { columns, colors }),
    "",
    ...confusionLines(result.confusion, classNames, { most: columns < 100 ? 4 : 6, columns, colors }),
  ];
}

/** How many it took for nothing that it knows; all other figures count them as if it had answered. */
function refusalLine(
  { refused, accuracy }: NonNullable<ClassFigures["refusal"]>,
  samples: number,
  colors: Colors,
): string {
  const others = accuracy === null ? "" : `; of the others ${percent(accuracy)} right`;
  return `${colors.bold("refused")}      ${percent(refused / samples)} ${colors.dim(`as nothing it knows${others}`)}`;
}

/** Of two classes, how well the second is found. */
function binaryLines({ areaUnderCurve, precision, recall, f1 }: BinaryScore, name: string, colors: Colors): string[] {
  const part = (value: number | null) => (value === null ? "–" : percent(value, 1));
  return [
    "",
    `${colors.bold("precision")}    ${part(precision).padEnd(9)}${colors.dim(`of those called ${name} are`)}`,
    `${colors.bold("recall")}       ${part(recall).padEnd(9)}${colors.dim(`of all ${name} are called so`)}`,
    `${colors.bold("F1")}           ${part(f1).padEnd(9)}${colors.dim("harmonic mean of the two")}`,
    `${colors.bold("ROC area")}     ${(areaUnderCurve === null ? "–" : areaUnderCurve.toFixed(4)).padEnd(9)}${colors.dim(`how often one of ${name} ranks above another: ½ by chance`)}`,
  ];
}

/** Rows are what the samples are, columns what they were taken for; at the right, how many of each were right. */
function matrixLines(
  { confusion, perClass }: Pick<ClassFigures, "confusion" | "perClass">,
  { classNames, noun }: { classNames: readonly string[]; noun: Noun },
  { columns, colors }: Paper,
): string[] {
  const names = confusion.map((_, index) => shortened(printable(classNames[index] ?? String(index)), LONGEST_NAME));
  const layout = layMatrix(names, { room: columns - 24, confusion }); // for margins, gap, shortest bar and figure
  const floor = floorOf(perClass.map(({ accuracy }) => accuracy).filter((accuracy) => accuracy !== null));
  const margin = 2 + Math.max(...(layout?.labels ?? names).map(widthOf));
  const matrixWidth = layout === null ? 0 : layout.cell * names.length + 4;
  const width = Math.max(6, Math.min(24, columns - 4 - margin - matrixWidth - 9));
  const most = Math.max(1, ...confusion.flatMap((row, r) => row.filter((_, c) => c !== r)));
  const barLine = (index: number) => {
    const { accuracy } = perClass[index];
    const length = padTo(bar(((accuracy ?? 0) - floor) / (1 - floor), width), width);
    const figure = accuracy === null ? "none" : percent(accuracy, 1);
    return `${colors.tint(length, RIGHT)} ${figure.padStart(7)}`;
  };
  const rightFrom = colors.dim(`right, from ${percent(floor, 0)}`);
  if (layout === null) {
    const worst = [...names.keys()]
      .toSorted((a, b) => (perClass[a].accuracy ?? 2) - (perClass[b].accuracy ?? 2) || a - b)
      .slice(0, MOST_BARS);
    const title =
      worst.length < names.length ? `class, the ${worst.length} worst of ${names.length}` : "class, the worst first";
    return [
      `${colors.bold(title)}   ${rightFrom}`,
      ...worst.map((index) => `  ${padTo(names[index], margin)}${barLine(index)}`),
    ];
  }
  const { labels, headings, cell } = layout;
  const gap = " ".repeat(4);
  const heading = headings.map((name) => name.padStart(cell)).join("");
  return [
    `${colors.bold(noun === "digit" ? "digit" : "class")}   ${colors.dim(noun === "digit" ? "read as" : "taken for")}`,
    `  ${" ".repeat(margin)}${colors.bold(heading)}${gap}${rightFrom}`,
    ...confusion.map((row, index) => {
      const cells = row
        .map((value, said) => matrixCell(value, { isRight: said === index, most, width: cell, colors }))
        .join("");
      return `  ${colors.bold(padTo(labels[index], margin))}${cells}${gap}${barLine(index)}`;
    }),
  ];
}

/**
 * How the matrix stands in so many columns: names above theirs when there is room, else their numbers, which then stand
 * before the names as well; null when even that is too wide.
 */
function layMatrix(
  names: readonly string[],
  { room, confusion }: { room: number; confusion: readonly (readonly number[])[] },
): { labels: readonly string[]; headings: readonly string[]; cell: number } | null {
  const longest = Math.max(...names.map(widthOf));
  const named = Math.max(CELL, longest + 2);
  if (longest + 2 + named * names.length <= room) return { labels: names, headings: names, cell: named };
  const numbers = names.map((_, index) => String(index + 1));
  const digits = String(names.length).length;
  const cell = 1 + Math.max(3, digits, ...confusion.flat().map((times) => String(times).length));
  const nameRoom = room - cell * names.length - digits - 3;
  if (nameRoom < Math.min(longest, SHORTEST_NAME)) return null;
  const labels = names.map((name, index) => `${numbers[index].padStart(digits)} ${shortened(name, nameRoom)}`);
  return { labels, headings: numbers, cell };
}

/** Mistakes glow the more often they happen; on the square root of the count, so that the rare ones are seen too. */
function matrixCell(
  value: number,
  { isRight, most, width, colors }: { isRight: boolean; most: number; width: number; colors: Colors },
): string {
  if (value === 0) return colors.dim("·".padStart(width));
  const text = String(value).padStart(width);
  if (isRight) return colors.depth === "16" ? colors.green(text) : colors.tint(text, RIGHT);
  if (colors.depth === "16") return colors.red(text);
  const heat = Math.sqrt(value / most);
  const ground: Rgb = [Math.round(40 + 140 * heat), Math.round(24 + 8 * heat), Math.round(28 + 8 * heat)];
  return colors.tint(text, heat > 0.45 ? [255, 255, 255] : WRONG, ground);
}

/** Where the bars begin: good models differ in the last percent only, and bars from 0 would all look alike. */
function floorOf(accuracies: readonly number[]): number {
  const worst = Math.min(1, ...accuracies);
  return worst >= 0.95 ? 0.9 : worst >= 0.8 ? 0.7 : 0;
}

/** The commonest mistakes in words. */
function confusionLines(
  confusion: readonly (readonly number[])[],
  classNames: readonly string[],
  { most, columns, colors }: { most: number; columns: number; colors: Colors },
): string[] {
  const pairs = confusion.flatMap((row, digit) =>
    row.map((times, said) => ({ digit, said, times })).filter(({ said, times }) => said !== digit && times > 0),
  );
  const worst = pairs.toSorted((a, b) => b.times - a.times || a.digit - b.digit || a.said - b.said).slice(0, most);
  if (worst.length === 0) return [colors.dim("no mistakes")];
  const words = worst.map(({ digit, said, times }) => {
    const [is, taken] = [digit, said].map((index) => shortened(printable(classNames[index]), 20));
    return `${is} as ${taken} ${colors.dim(`${times}×`)}`;
  });
  let line = colors.bold("most often");
  for (const word of words) {
    const longer = `${line}${colors.dim("   ")}${word}`;
    if (widthOf(longer) > columns - 3 && word !== words[0]) break;
    line = longer;
  }
  return [line];
}
