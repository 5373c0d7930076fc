/** The range test of learning rates on one screen: the loss over the rate, both logarithmic, and what to take from it. */
import type { LearningRateRange } from "inkling/train";
import { drawCurves } from "./chart.ts";
import { cutTo } from "./colors.ts";
import type { Colors, Rgb } from "./colors.ts";
import { lossText } from "./numbers.ts";

const LINES = 10;
const WIDEST = 100; // columns; a wider chart is harder to take in
const SMOOTHED: Rgb = [86, 182, 255];
const RAW: Rgb = [96, 110, 130];
const CHOSEN: Rgb = [152, 236, 168];

/** 0.0060000001 → "0.006", 1.2e-7 → "1.2e-7" */
export function rateText(rate: number): string {
  return String(Number(rate.toPrecision(2)));
}

export function renderRange(
  { points, suggestion }: LearningRateRange,
  { columns, colors }: { columns: number; colors: Colors },
): string[] {
  const margin = 7;
  const width = Math.max(20, Math.min(columns - 1, WIDEST) - margin - 4);
  const dots = 2 * width;
  const [first, last] = [points[0], points[points.length - 1]].map(({ learningRate }) => Math.log10(learningRate));
  const dotOf = (rate: number) => Math.round(((Math.log10(rate) - first) / (last - first || 1)) * (dots - 1));
  const smoothed = points.map((point) => Math.log10(Math.max(point.smoothed, 1e-9)));
  const [low, high] = [Math.min(...smoothed), Math.max(...smoothed)];
  const spread = (value: (index: number) => number) => {
    const values: (number | null)[] = Array.from({ length: dots }, () => null);
    points.forEach(({ learningRate }, index) => (values[dotOf(learningRate)] = value(index)));
    return values;
  };
  const chosen: (number | null)[] = Array.from({ length: dots }, () => null);
  const curves = [
    {
      values: spread((index) => Math.log10(Math.max(points[index].loss, 1e-9))),
      joined: false,
      paint: (text: string) => colors.tint(text, RAW),
    },
    {
      values: bridged(spread((index) => smoothed[index])),
      joined: true,
      paint: (text: string) => colors.tint(text, SMOOTHED),
    },
  ];
  if (suggestion !== null) {
    const at = Math.max(0, dotOf(suggestion)) & ~1;
    chosen[at] = low;
    chosen[at + 1] = high;
    curves.push({ values: chosen, joined: true, paint: (text: string) => colors.tint(text, CHOSEN) });
  }
  const rows = drawCurves(curves, { columns: width, lines: LINES, low, high: Math.max(high, low + 0.1) });
  const labels = new Map([
    [0, lossText(10 ** high)],
    [1, "loss"],
    [2, "(log)"],
    [LINES - 1, lossText(10 ** low)],
  ]);
  const chart = rows.map((row, line) => `${colors.dim(`${(labels.get(line) ?? "").padStart(margin)} │`)}${row}`);
  const ends = `${rateText(points[0].learningRate)}${" ".repeat(width)}`.slice(0, width - 8);
  const axis = `${ends}${rateText(points[points.length - 1].learningRate).padStart(8)}`;
  const verdict =
    suggestion === null
      ? `${colors.bold("no rate")} made the loss fall`
      : `${colors.bold(colors.green(rateText(suggestion)))}  ${colors.dim("a tenth of the rate at which the loss was least")}`;
  return [
    "",
    ...chart,
    colors.dim(`${" ".repeat(margin)} └${"─".repeat(width)}`),
    colors.dim(`${" ".repeat(margin + 2)}${axis}`),
    colors.dim(`${" ".repeat(margin + 2)}learning rate (log)`),
    "",
    `${colors.bold("suggested")}  ${verdict}`,
    ...(suggestion === null
      ? []
      : [colors.dim(`           --learning-rate ${rateText(suggestion)}, for a schedule's peak`)]),
    "",
  ].map((line) => (line === "" ? "" : cutTo(`  ${line}`, columns)));
}

/** Places between two known ones, on a straight line from one to the other. */
function bridged(values: readonly (number | null)[]): (number | null)[] {
  const whole = [...values];
  let before = -1;
  whole.forEach((value, at) => {
    if (value === null) return;
    const begin = before < 0 ? at : before;
    const start = whole[begin] ?? value;
    for (let gap = begin + 1; gap < at; gap++) whole[gap] = start + ((value - start) * (gap - begin)) / (at - begin);
    before = at;
  });
  return whole;
}
