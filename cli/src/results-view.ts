/** What the seeds of a recipe came to, together: means, spreads, votes. */
import { countRight, predictionsOf, wilsonInterval } from "inkling/nn";
import type { Answers, SeedResult } from "./results.ts";
import type { Colors } from "./colors.ts";
import { count, duration, percent } from "./numbers.ts";

/** Seeds together. Deviations are those of a sample, with n − 1; of one seed 0. */
export interface Summary {
  seeds: number;
  parameters: number;
  trainingSamples: number;
  testSamples: number;
  /** Seconds of training, the mean. */
  seconds: number;
  validationAccuracy: number | null;
  testAccuracy: { mean: number; deviation: number; minimum: number; maximum: number };
  /** 95 % interval of one network as good as the mean, over the test samples. @see [Wilson27] */
  interval: [low: number, high: number];
  /** The part of the samples that all seeds together get right, by the mean of their probabilities; null for one seed. */
  votingAccuracy: number | null;
}

/** @param lines at least one, with the answers of each */
export function summarize(lines: readonly SeedResult[], answers: readonly Answers[]): Summary {
  const accuracies = lines.map(({ testAccuracy }) => testAccuracy);
  const validations = lines.map(({ validationAccuracy }) => validationAccuracy).filter((each) => each !== null);
  const [{ parameters, trainingSamples, testSamples }] = lines;
  const average = mean(accuracies);
  const squares = accuracies.reduce((sum, each) => sum + (each - average) ** 2, 0);
  return {
    seeds: lines.length,
    parameters,
    trainingSamples,
    testSamples,
    seconds: mean(lines.map(({ seconds }) => seconds)),
    validationAccuracy: validations.length === 0 ? null : mean(validations),
    testAccuracy: {
      mean: average,
      deviation: lines.length === 1 ? 0 : Math.sqrt(squares / (lines.length - 1)),
      minimum: Math.min(...accuracies),
      maximum: Math.max(...accuracies),
    },
    interval: wilsonInterval(Math.round(average * testSamples), testSamples),
    votingAccuracy: lines.length === 1 ? null : accuracyOfVote(answers),
  };
}

/** How many samples are right when the networks' probabilities are averaged. */
function accuracyOfVote(answers: readonly Answers[]): number {
  const [{ labels, logits }] = answers;
  const classes = logits.length / labels.length;
  const together = new Float64Array(logits.length);
  for (const { logits: own } of answers) {
    for (let begin = 0; begin < own.length; begin += classes) {
      const row = own.subarray(begin, begin + classes);
      const largest = Math.max(...row);
      const weights = [...row].map((logit) => Math.exp(logit - largest));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      weights.forEach((weight, index) => (together[begin + index] += weight / total));
    }
  }
  return countRight(labels, predictionsOf(together, classes)) / labels.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A seed on one line. */
export function seedLine(line: SeedResult, colors: Colors): string {
  const { seed, testAccuracy, validationAccuracy, seconds, weights } = line;
  const validation = validationAccuracy === null ? "" : `validation ${percent(validationAccuracy)}   `;
  const hash = colors.dim(`${weights.slice(0, "sha256:".length + 8)}…`);
  return `  seed ${String(seed).padEnd(4)} ${colors.bold(percent(testAccuracy))}   ${validation}${duration(seconds).padEnd(10)} ${hash}`;
}

/** What the networks of all seeds say together, with its 95 % interval; null for one seed. */
function votingOf({ votingAccuracy, testSamples }: Summary): { accuracy: number; interval: [number, number] } | null {
  if (votingAccuracy === null) return null;
  return {
    accuracy: votingAccuracy,
    interval: wilsonInterval(Math.round(votingAccuracy * testSamples), testSamples),
  };
}

/** All of it, as people read it. */
export function summaryLines(recipe: string, summary: Summary, colors: Colors): string[] {
  const { seeds, testAccuracy, interval, seconds, parameters, trainingSamples } = summary;
  const { mean: average, deviation, minimum, maximum } = testAccuracy;
  const spread = seeds === 1 ? "" : ` ± ${percent(deviation)} (${percent(minimum)} to ${percent(maximum)})`;
  const within = ([low, high]: readonly [number, number]) =>
    colors.dim(`95 % interval ${percent(low).replace(" %", "")} – ${percent(high)}`);
  const vote = votingOf(summary);
  return [
    "",
    `  ${colors.bold(recipe)}  ${colors.bold(colors.green(percent(average)))}${spread}   ${within(interval)}`,
    ...(vote === null
      ? []
      : [
          `  ${`${seeds} voting`.padEnd(recipe.length)}  ${colors.bold(percent(vote.accuracy))}   ${within(vote.interval)}`,
        ]),
    colors.dim(
      `  ${count(parameters)} weights · ${count(trainingSamples)} training samples · ${duration(seconds)} a seed`,
    ),
    "",
  ];
}

/** What a row of the table is about. */
export interface ResultRow {
  name: string;
  module: string;
  summary: Summary;
  /** Hash of seed 1's weights. */
  weights: string;
  /** Of an ensemble, the recipe of its members; the row is then about their vote. */
  member?: string;
}

const HEAD = [
  "recipe",
  "weights",
  "trained on",
  "test accuracy",
  "95 % interval",
  "seeds voting",
  "a seed takes",
  "kernels",
  "hash of seed 1",
];

/** A row of a table in Markdown for each; its head comes first. */
export function markdownRows(rows: readonly ResultRow[]): string[] {
  const cells = rows.map((row) => (row.member === undefined ? recipeCells(row) : ensembleCells(row)));
  return [HEAD, HEAD.map(() => "---"), ...cells].map((row) => `| ${row.join(" | ")} |`);
}

function recipeCells({ name, module, summary, weights }: ResultRow): string[] {
  const { seeds, parameters, trainingSamples, testAccuracy, interval, votingAccuracy, seconds } = summary;
  const { mean: average, deviation, minimum, maximum } = testAccuracy;
  const spread = seeds === 1 ? "1 seed" : `± ${percent(deviation)}, ${bare(minimum)}–${bare(maximum)}, ${seeds} seeds`;
  return [
    `\`${name}\``,
    count(parameters),
    count(trainingSamples),
    `**${percent(average)}** (${spread})`,
    `${bare(interval[0])}–${percent(interval[1])}`,
    votingAccuracy === null ? "–" : percent(votingAccuracy),
    duration(seconds),
    `\`${module}\``,
    `\`${weights.slice(0, "sha256:".length + 8)}…${weights.slice(-6)}\``,
  ];
}

function ensembleCells({ name, module, summary, member }: ResultRow): string[] {
  const { seeds, parameters, trainingSamples, seconds, testAccuracy } = summary;
  const { accuracy, interval } = votingOf(summary) ?? { accuracy: testAccuracy.mean, interval: summary.interval };
  return [
    `\`${name}\``,
    `${seeds} × ${count(parameters)}`,
    count(trainingSamples),
    `**${percent(accuracy)}** (the vote of ${seeds} \`${member}\`)`,
    `${bare(interval[0])}–${percent(interval[1])}`,
    "–",
    `${seeds} × ${duration(seconds)}`,
    `\`${module}\``,
    "–",
  ];
}

/** 0.9862 → "98.62" */
function bare(fraction: number): string {
  return percent(fraction).replace(" %", "");
}
