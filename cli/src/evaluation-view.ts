/** An evaluation on one screen: the accuracy, the confusion matrix, each class, and whether the model knows its limits. */
import type { ClassEvaluation, ModelCard } from "inkling";
import { bar } from "./chart.ts";
import { padTo } from "./colors.ts";
import type { Colors, Rgb } from "./colors.ts";
import { count, lossText, percent } from "./numbers.ts";

const RIGHT: Rgb = [152, 236, 168];
const WRONG: Rgb = [255, 96, 88];
const CELL = 5; // columns

export function renderEvaluation(
  result: Omit<ClassEvaluation, "predictions" | "probabilities">,
  { file, card, classNames }: { file: string; card: ModelCard; classNames: readonly string[] },
  { columns, colors }: { columns: number; colors: Colors },
): string[] {
  const [low, high] = result.interval;
  const lines = [
    "",
    colors.dim(`${file}${card.seed === null ? "" : ` · seed ${card.seed}`} · ${count(result.samples)} test digits`),
    "",
    `${colors.bold("accuracy")}     ${colors.bold(colors.green(percent(result.accuracy)))}   ${colors.dim(`95 % interval ${percent(low).replace(" %", "")} – ${percent(high)}`)}`,
    `${colors.bold("misread")}      ${count(result.wrong)}`,
    `${colors.bold("loss")}         ${lossText(result.loss)} ${colors.dim("nats")}`,
    `${colors.bold("calibration")}  ${percent(result.calibrationError)} ${colors.dim("between how sure it is and how often it is right")}`,
    "",
    ...matrixLines(result, classNames, { columns, colors }),
    "",
    ...confusionLines(result.confusion, classNames, { most: columns < 100 ? 4 : 6, colors }),
  ];
  return [...lines.map((line) => (line === "" ? "" : `  ${line}`)), ""];
}

/** Rows are what the digits are, columns what they were read as; at the right, how many of each were read right. */
function matrixLines(
  { confusion, perClass }: Pick<ClassEvaluation, "confusion" | "perClass">,
  classNames: readonly string[],
  { columns, colors }: { columns: number; colors: Colors },
): string[] {
  const label = (index: number) => classNames[index] ?? String(index);
  const most = Math.max(1, ...confusion.flatMap((row, r) => row.filter((_, c) => c !== r)));
  const floor = floorOf(perClass.map(({ accuracy }) => accuracy).filter((accuracy) => accuracy !== null));
  const width = Math.max(6, Math.min(24, columns - 8 - CELL * confusion.length - 13));
  const heading = confusion.map((_, index) => label(index).padStart(CELL)).join("");
  const gap = " ".repeat(4);
  const lines = [
    `${colors.bold("digit")}   ${colors.dim("read as")}`,
    `     ${colors.bold(heading)}${gap}${colors.dim(`right, from ${percent(floor, 0)}`)}`,
  ];
  confusion.forEach((row, digit) => {
    const cells = row.map((value, said) => matrixCell(value, { isRight: said === digit, most, colors })).join("");
    const { accuracy } = perClass[digit];
    const length = padTo(bar(((accuracy ?? 0) - floor) / (1 - floor), width), width);
    const figure = accuracy === null ? "none" : percent(accuracy, 1);
    lines.push(`  ${colors.bold(label(digit))}  ${cells}${gap}${colors.tint(length, RIGHT)} ${figure.padStart(7)}`);
  });
  return lines;
}

/** Mistakes glow the more often they happen; on the square root of the count, so that the rare ones are seen too. */
function matrixCell(
  value: number,
  { isRight, most, colors }: { isRight: boolean; most: number; colors: Colors },
): string {
  if (value === 0) return colors.dim("·".padStart(CELL));
  const text = String(value).padStart(CELL);
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
  { most, colors }: { most: number; colors: Colors },
): string[] {
  const pairs = confusion.flatMap((row, digit) =>
    row.map((times, said) => ({ digit, said, times })).filter(({ said, times }) => said !== digit && times > 0),
  );
  const worst = pairs.toSorted((a, b) => b.times - a.times || a.digit - b.digit || a.said - b.said).slice(0, most);
  if (worst.length === 0) return [colors.dim("no mistakes")];
  const words = worst.map(
    ({ digit, said, times }) => `${classNames[digit]} as ${classNames[said]} ${colors.dim(`${times}×`)}`,
  );
  return [`${colors.bold("most often")}   ${words.join(colors.dim("   "))}`];
}
