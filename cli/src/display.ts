/**
 * The picture of a training in a terminal: from the story so far to lines of text. No clock, no screen; the same story
 * gives the same lines.
 */
import { drawCurves } from "./chart.ts";
import { cutTo, fitItems } from "./colors.ts";
import type { Colors, Rgb } from "./colors.ts";
import { isMeasured, measureText, rateText, validationOf } from "./measures.ts";
import type { Noun } from "./measures.ts";
import { count, duration, lossText, percent } from "./numbers.ts";
import type { EpochLine } from "./runs.ts";
import type { CurvePoint, Story } from "./story.ts";

/** What stands above everything: which training this is. */
export interface Heading {
  recipe: string;
  seed: number;
  parameters: number;
  threads: number;
  module: string;
}

const CURVE_LINES = 6;
const WIDEST = 100; // columns; a wider block is harder to take in
const LEARNING: Rgb = [86, 182, 255];
const VALIDATION: Rgb = [255, 179, 71];

export function headingLine(
  { recipe, seed, parameters, threads, module }: Heading,
  { colors, where = "", width = Infinity }: { colors: Colors; where?: string; width?: number },
): string {
  const items = [
    { text: colors.bold(recipe), importance: 5 },
    { text: colors.dim(`seed ${seed}`), importance: 2 },
    { text: colors.dim(`${count(parameters)} parameters`), importance: 3 },
    { text: colors.dim(`${threads} thread${threads === 1 ? "" : "s"}`), importance: 1 },
    { text: colors.dim(module), importance: 0 },
    { text: colors.dim(where), importance: 4 },
  ];
  return fitItems(items, { width, gap: colors.dim(" · ") });
}

/** One epoch in one line that can stand alone in a log; `brief` leaves out what the live block shows anyway. */
export function epochText(
  line: EpochLine,
  {
    epochs,
    colors,
    noun = "digit",
    brief = false,
    width = Infinity,
  }: { epochs: number; colors: Colors; noun?: Noun; brief?: boolean; width?: number },
): string {
  const validation = validationOf(line);
  const judged = isMeasured(validation) ? `${colors.dim("validation")} ${colors.bold(measureText(validation))}` : "";
  const items = [
    { text: `epoch ${String(line.epoch).padStart(String(epochs).length)}/${epochs}`, importance: 5 },
    { text: `${colors.dim("loss")} ${lossText(line.loss)}`, importance: 2 },
    { text: `${colors.dim("train")} ${measureText(line)}`, importance: 3 },
    { text: judged, importance: 4 },
    { text: brief ? "" : colors.dim(rateText(count(line.imagesPerSecond), noun)), importance: 0 },
    { text: colors.dim(duration(line.seconds)), importance: 1 },
  ];
  return fitItems(items, { width });
}

/**
 * The live block.
 *
 * @param options.columns of the terminal; no line is longer
 * @param options.notes   what goes on besides learning, the most important first, e.g. "saving after this step"
 */
export function renderTraining(
  story: Story,
  { columns, colors, notes = [] }: { columns: number; colors: Colors; notes?: readonly string[] },
): string[] {
  const width = Math.min(columns - 1, WIDEST) - 4;
  const lines = [
    progressLine(story, width, colors),
    "",
    ...curveLines(story, width, colors),
    "",
    factsLine(story, width, colors),
  ];
  const remarks = notes.map((text, index) => ({ text, importance: -index }));
  if (notes.length > 0) lines.push(colors.dim(fitItems(remarks, { width, gap: "; " })));
  return ["", ...lines.map((line) => (line === "" ? "" : `  ${line}`)), ""].map((line) => cutTo(line, columns - 1));
}

/** `epoch 3/5  ━━━━━━━━━━╸──────────  64 %` */
function progressLine(story: Story, width: number, colors: Colors): string {
  const label = `epoch ${String(story.epoch).padStart(String(story.epochs).length)}/${story.epochs}`;
  const right = percent(story.epochFraction, 0).padStart(6);
  const length = Math.max(8, width - label.length - right.length - 4);
  const halves = Math.round(story.epochFraction * length * 2);
  const done = "━".repeat(halves >> 1) + (halves % 2 === 1 ? "╸" : "");
  const rest = "─".repeat(length - done.length);
  return `${colors.bold(label)}  ${colors.tint(done, LEARNING)}${colors.dim(rest)}  ${right}`;
}

/** Loss over all steps, on a logarithmic scale: the distance from 0.1 to 0.01 is as long as from 1 to 0.1. */
function curveLines(story: Story, width: number, colors: Colors): string[] {
  const margin = Math.max("0.0000".length, "loss".length);
  const columns = Math.max(1, width - margin - 2); // a window may be made as narrow as one likes
  const dots = columns * 2;
  const learning = spread(story.points, story.steps, dots);
  const validation = marks(story.validation, story.steps, dots);
  const heights = [...learning, ...validation].filter((value) => value !== null);
  const high = heights.length === 0 ? Math.log10(2.5) : Math.max(...heights);
  const low = heights.length === 0 ? -1 : Math.min(...heights);
  const scale = { low, high: Math.max(high, low + 0.1) };
  const axis = heights.length === 0 ? ["", ""] : [lossText(10 ** scale.high), lossText(10 ** scale.low)];
  const curves = [
    { values: learning, joined: true, paint: ink(colors, LEARNING) },
    { values: validation, joined: false, mark: VALIDATION_MARK, paint: ink(colors, VALIDATION) },
  ];
  const names = ["", "loss", "(log)"];
  const rows = drawCurves(curves, { columns, lines: CURVE_LINES, ...scale });
  const chart = rows.map((row, index) => {
    const label = index === 0 ? axis[0] : index === CURVE_LINES - 1 ? axis[1] : (names[index] ?? "");
    return `${colors.dim(`${label.padStart(margin)} │`)}${row}`;
  });
  return [
    ...chart,
    colors.dim(`${" ".repeat(margin)} └${ticks(story.epochs, columns)}`),
    `${" ".repeat(margin + 2)}${legend(columns, colors)}`,
  ];
}

const VALIDATION_MARK = "•";

/** Which curve is which, and what the axes count. */
function legend(columns: number, colors: Colors): string {
  const items = [
    { text: `${colors.tint("⠒⠒", LEARNING)} ${colors.dim("training")}`, importance: 2 },
    { text: `${colors.tint(VALIDATION_MARK, VALIDATION)} ${colors.dim("validation")}`, importance: 3 },
    { text: colors.dim("logarithmic axis"), importance: 1 },
    { text: colors.dim("over epochs"), importance: 0 },
  ];
  return fitItems(items, { width: columns });
}

/** The mean loss at each dot column; gaps between two known values are bridged by a straight line. */
function spread(points: readonly CurvePoint[], steps: number, dots: number): (number | null)[] {
  const sums = new Float64Array(dots);
  const counts = new Uint32Array(dots);
  for (const { step, loss } of points) {
    if (!(loss > 0) || !Number.isFinite(loss)) continue;
    const dot = Math.min(dots - 1, Math.floor(((step - 1) / steps) * dots));
    sums[dot] += Math.log10(loss);
    counts[dot]++;
  }
  const values: (number | null)[] = Array.from({ length: dots }, () => null);
  let before = -1;
  for (let dot = 0; dot < dots; dot++) {
    if (counts[dot] === 0) continue;
    const value = sums[dot] / counts[dot];
    const start = before < 0 ? value : (values[before] ?? value);
    for (let gap = before < 0 ? dot : before + 1; gap < dot; gap++) {
      values[gap] = start + ((value - start) * (gap - before)) / (dot - before);
    }
    values[dot] = value;
    before = dot;
  }
  return values;
}

function marks(points: readonly CurvePoint[], steps: number, dots: number): (number | null)[] {
  const values: (number | null)[] = Array.from({ length: dots }, () => null);
  for (const { step, loss } of points) {
    if (!(loss > 0)) continue;
    // two dots wide, so that a mark is seen
    const dot = Math.min(dots - 1, Math.max(1, Math.round((step / steps) * dots) - 1));
    values[dot] = Math.log10(loss);
    values[dot - 1] = Math.log10(loss);
  }
  return values;
}

/** The axis below: a tick and a number where each epoch ends, as many as there is room for. */
function ticks(epochs: number, columns: number): string {
  const axis = Array.from({ length: columns }, () => "─");
  const room = String(epochs).length + 3;
  const every = Math.max(1, Math.ceil((epochs * room) / columns));
  for (let epoch = every; epoch <= epochs; epoch += every) {
    const label = String(epoch);
    const end = Math.round((epoch / epochs) * columns) - 1;
    for (const [index, digit] of [...label].entries()) axis[end - label.length + 1 + index] = digit;
  }
  return axis.join("");
}

function factsLine(story: Story, width: number, colors: Colors): string {
  const { train, lastValidation: validation, noun, secondsLeft } = story;
  const left =
    story.step >= story.lastStep
      ? duration(story.seconds)
      : secondsLeft === null
        ? ""
        : `${duration(secondsLeft)} left`;
  const judged = isMeasured(validation) ? colors.bold(measureText(validation)) : "–";
  const facts = [
    { text: `${colors.tint("train", LEARNING)} ${measureText(train)}`, importance: 1 },
    { text: `${colors.tint("validation", VALIDATION)} ${judged}`, importance: 3 },
    { text: rateText(count(story.samplesPerSecond), noun), importance: 0 },
    { text: left, importance: 2 },
  ];
  return fitItems(facts, { width });
}

function ink(colors: Colors, color: Rgb): (text: string) => string {
  return (text) => colors.tint(text, color);
}
