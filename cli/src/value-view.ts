/**
 * How well numbers are predicted, on one screen: how far off, how much of their variation, and a picture of it. In the
 * picture a sample is a dot, what it was to the right and what was said of it upwards, so that all would lie on the
 * diagonal if all predictions were exact.
 */
import type { ValueEvaluation } from "inkling/train";
import { drawCloud } from "./chart.ts";
import { padTo } from "./colors.ts";
import type { Colors, Rgb } from "./colors.ts";
import { lossText, plural, valueText, valueTextLike } from "./numbers.ts";
import { printable } from "./printable.ts";

const NEAR: Rgb = [86, 182, 255];
const MANY: Rgb = [196, 232, 255];
const PLOT_LINES = 14;
const PLOT_COLUMNS = 40;
const WIDEST_PLOT = 56;

/** "±4,933 mean error of price on 160 test rows", and what that is worth. */
export function valueHeadline(
  { meanAbsoluteError, determination, samples, perTarget }: ValueEvaluation,
  colors: Colors,
): string {
  const worth = determination === null ? "" : `   R² ${determination.toFixed(4)}`;
  return (
    `${colors.bold(colors.green(`±${valueText(meanAbsoluteError)}`))} ` +
    colors.bold(`mean error of ${printable(perTarget[0].name)} on ${plural(samples, "test row")}`) +
    colors.dim(worth)
  );
}

/** The figures, a line each. */
export function valueFigures(result: ValueEvaluation, target: string, { colors }: { colors: Colors }): string[] {
  const errors = errorsOf(result)
    .map(Math.abs)
    .toSorted((a, b) => a - b);
  const quantile = (part: number) => errors[Math.min(errors.length - 1, Math.floor(part * errors.length))];
  const { meanAbsoluteError, rootMeanSquaredError, determination, loss } = result;
  const row = (name: string, value: string, meaning: string) =>
    `${colors.bold(name.padEnd(12))} ${padTo(value, 10)} ${colors.dim(meaning)}`;
  return [
    row(
      "off by",
      colors.bold(colors.green(`±${valueText(meanAbsoluteError)}`)),
      `in the mean, in units of ${printable(target)}`,
    ),
    row("half", `±${valueText(quantile(0.5))}`, "or less for half of the rows"),
    row("nine in ten", `±${valueText(quantile(0.9))}`, "or less for nine in ten"),
    row("RMSE", valueText(rootMeanSquaredError), "root of the mean square: far misses weigh more"),
    row(
      "R²",
      determination === null ? "–" : determination.toFixed(4),
      "1 is perfect, 0 no better than always saying the mean",
    ),
    row("loss", lossText(loss), "in the units that it was trained in"),
  ];
}

/** Dots on the left, rows in figures beside them. */
export function valuePicture(
  result: ValueEvaluation,
  target: string,
  { columns, colors }: { columns: number; colors: Colors },
): string[] {
  const side = sideTable(result, colors, PLOT_LINES);
  const sideWidth = Math.max(...side.map(({ width }) => width));
  const gap = 4;
  const margin = Math.max(...axisOf(result).map((text) => text.length));
  const room = columns - 3 - margin - 2;
  const beside = room - sideWidth - gap >= 24;
  const width = beside ? Math.min(WIDEST_PLOT, room - sideWidth - gap) : Math.min(PLOT_COLUMNS, Math.max(8, room));
  const plot = plotLines(result, { target, width, margin, colors });
  if (!beside) return [...plot, "", ...side.map(({ text }) => text)];
  const plotWidth = margin + 2 + width;
  return plot.map((line, index) => `${padTo(line, plotWidth)}${" ".repeat(gap)}${side[index]?.text ?? ""}`.trimEnd());
}

function errorsOf({ predictions, targets }: ValueEvaluation): number[] {
  return Array.from(predictions, (prediction, index) => prediction - targets[index]);
}

function rangeOf({ predictions, targets }: ValueEvaluation): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const values of [predictions, targets]) {
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return high > low ? { low, high } : { low: low - 1, high: high + 1 };
}

/** The ends of both axes. */
function axisOf(result: ValueEvaluation): [low: string, high: string] {
  const { low, high } = rangeOf(result);
  return [valueText(low), valueText(high)];
}

function plotLines(
  result: ValueEvaluation,
  { target, width, margin, colors }: { target: string; width: number; margin: number; colors: Colors },
): string[] {
  const points = Array.from(result.predictions, (said, index) => [result.targets[index], said] as const);
  const rows = drawCloud(
    {
      points,
      ...rangeOf(result),
      paint: (text, density) => colors.tint(text, blend(NEAR, MANY, density)),
      paintLine: colors.dim,
    },
    { columns: width, lines: PLOT_LINES },
  );
  const [low, high] = axisOf(result);
  const labels = new Map([
    [0, high],
    [1, "said"],
    [PLOT_LINES - 1, low],
  ]);
  const name = `${printable(target)} as it was`;
  const middle = width - low.length - high.length;
  const legend = name.length + 2 <= middle ? name.padStart(Math.floor((middle + name.length) / 2)) : "";
  return [
    ...rows.map((row, index) => `${colors.dim(`${(labels.get(index) ?? "").padStart(margin)} │`)}${row}`),
    colors.dim(`${" ".repeat(margin)} └${"─".repeat(width)}`),
    colors.dim(`${" ".repeat(margin)}  ${low}${legend.padEnd(middle)}${high}`),
  ];
}

/** Some rows in figures: from the smallest target to the largest, and those that were missed by most. */
function sideTable(result: ValueEvaluation, colors: Colors, lines: number): { text: string; width: number }[] {
  const errors = errorsOf(result);
  const order = [...result.targets.keys()].toSorted((a, b) => result.targets[a] - result.targets[b] || a - b);
  const worst = [...order].toSorted((a, b) => Math.abs(errors[b]) - Math.abs(errors[a]) || a - b).slice(0, 4);
  const most = Math.min(order.length, lines - 7);
  const spread = Array.from(
    { length: most },
    (_, place) => order[Math.round((place * (order.length - 1)) / Math.max(1, most - 1))],
  );
  const shown = [...spread, ...worst];
  const valueIn = valueTextLike(shown.flatMap((sample) => [result.targets[sample], result.predictions[sample]]));
  const errorIn = valueTextLike(shown.map((sample) => errors[sample]));
  const cells = (sample: number) => [
    valueIn(result.targets[sample]),
    valueIn(result.predictions[sample]),
    `${errors[sample] < 0 ? "−" : "+"}${errorIn(Math.abs(errors[sample]))}`,
  ];
  const heading = ["was", "said", "off"];
  const widths = heading.map((name, column) =>
    Math.max(name.length, ...shown.map((sample) => cells(sample)[column].length)),
  );
  const line = (texts: readonly string[], paint: (text: string) => string = (text) => text) => {
    const padded = texts.map((text, column) => text.padStart(widths[column]));
    return {
      text: `${padded[0]}  ${padded[1]}  ${paint(padded[2])}`,
      width: widths.reduce((sum, width) => sum + width, 4),
    };
  };
  const title = (text: string) => ({ text: colors.bold(text), width: text.length });
  const head = line(heading);
  return [
    title("from small to large"),
    { ...head, text: colors.dim(head.text) },
    ...spread.map((sample) => line(cells(sample), colors.dim)),
    { text: "", width: 0 },
    title("missed by most"),
    ...worst.map((sample) => line(cells(sample), colors.red)),
  ];
}

function blend(from: Rgb, to: Rgb, part: number): Rgb {
  const mix = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * part);
  return [mix(0), mix(1), mix(2)];
}
