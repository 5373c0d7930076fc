/** The work `time-to-accuracy`: what it says of runs, and a few steps of a schedule as a process of its own. */
import { expect, test } from "vitest";

const bench = new URL("../../bench/", import.meta.url);
const { format, run, summarize } = await import(new URL("works/time-to-accuracy.js", bench).href);
const { schedules } = await import(new URL("schedules.js", bench).href);

const [first] = schedules;

const runOf = (seconds: number, accuracy: number) => ({
  seconds,
  accuracy,
  weights: 10,
  ready: 200,
  trained: 800,
  judged: 900,
});

test("the targets are those that were promised, each with a schedule of its own", () => {
  expect(schedules.map(({ target }: { target: number }) => target)).toEqual([97, 98, 99, 99.4]);
});

test("a row counts if its median seed has reached the target, and says how many have", () => {
  const runs = [runOf(1, 0.9699), runOf(3, 0.97), runOf(2, 0.98)];
  expect(summarize(first, runs, { whole: true })).toMatchObject({
    seconds: 2,
    fastest: 1,
    slowest: 3,
    parts: { start: 0.2, training: 0.6, test: 0.1 },
    accuracies: [0.9699, 0.97, 0.98],
    reached: 2,
    counts: true,
  });
});

test("a row whose median seed is one digit short does not count, nor does a part of a schedule", () => {
  expect(summarize(first, [runOf(1, 0.9699), runOf(1, 0.9699), runOf(1, 1)], { whole: true }).counts).toBe(false);
  expect(summarize(first, [runOf(1, 1)], { whole: false }).counts).toBe(false);
});

test("forty batches of each schedule: every network learns, in a process of its own", { timeout: 180_000 }, () => {
  const lines: string[] = [];
  const options = { threads: 1, module: "auto", seeds: 1, batches: 40 };
  const result = run(options, (line: string) => lines.push(line));
  expect(lines).toHaveLength(4);
  for (const { target, seconds, parts, weights, accuracies, counts } of result.rows) {
    expect.soft(accuracies[0], `${target} %`).toBeGreaterThan(0.3);
    expect.soft(weights, `${target} %`).toBeGreaterThan(1000);
    expect.soft(seconds, `${target} %`).toBeGreaterThan(parts.start + parts.training + parts.test - 0.001);
    expect.soft(counts, `${target} %`).toBe(false);
  }
  expect(format(result)).toMatch(/only 40 batches[\s\S]*\n {2}99\.4 .*not reached/);
});

test("only the targets that are asked for", () => {
  const { rows } = run({ threads: 1, module: "auto", seeds: 2, targets: [97], batches: 1 }, () => {});
  expect(rows).toMatchObject([{ target: 97, accuracies: [expect.any(Number), expect.any(Number)] }]);
});
