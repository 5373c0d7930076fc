/**
 * A training as the command line runs it: the library's records are shown, written down, and the state is saved so that
 * a lost process costs half a minute at most.
 */
import { performance } from "node:perf_hooks";
import type { Model, Training } from "inkling";
import type { EpochRecord } from "inkling/train";
import { writeAtomically } from "./atomic-file.ts";
import { Failure } from "./failure.ts";
import { onInterrupt } from "./interrupt.ts";
import type { EpochLine, Run } from "./runs.ts";
import { shortPath } from "./runs.ts";
import type { Story } from "./story.ts";

const CALMER = "lower the learning rate, clip gradients (--set clipNorm=1), or add a warm-up to the schedule";

/** Who watches. Every member is told between two steps. */
export interface Watcher {
  progress(story: Story): void;
  epoch(line: EpochLine, story: Story): void;
  /** The weights are saved, or soon will be: what is going on, for the screen. */
  stopping(): void;
}

export interface Outcome {
  reason: "finished" | "aborted" | "stopped" | "early";
  /** Updates in all. */
  step: number;
}

/** Seconds on this process's own clock. */
export function clock(): number {
  return performance.now() / 1000;
}

/**
 * Runs a training to its end, or to the first Ctrl-C.
 *
 * @param options.saveEverySeconds between two checkpoints within an epoch
 * @param options.stop             raised by the first Ctrl-C; the training ends after the step that is running
 * @throws {Failure} when the training diverges or the state cannot be saved; the last good checkpoint stays
 */
export async function runTraining(
  training: Training,
  {
    model,
    run,
    story,
    watcher,
    saveEverySeconds,
    stop,
  }: {
    model: Model;
    run: Run;
    story: Story;
    watcher: Watcher;
    saveEverySeconds: number;
    stop: AbortController;
  },
): Promise<Outcome> {
  const forget = onInterrupt({
    first: () => {
      stop.abort();
      watcher.stopping();
    },
    again: () => process.exit(130),
  });
  let savedStep: number | null = story.step > 0 ? story.step : null;
  const save = async (step: number) => {
    checkFinite(model, step);
    await writeAtomically(run.file("checkpoint"), training.checkpoint());
    savedStep = step;
  };
  try {
    const begin = clock();
    let savedAt = begin;
    let since = begin;
    let end: Outcome | null = null;
    for await (const record of training) {
      const now = clock();
      story.observe(record, { took: now - since, seconds: now - begin });
      if (record.kind === "end") {
        end = record;
        break;
      }
      if (record.kind === "epoch") {
        checkValidation(record);
        const line = epochLine(record, story);
        await run.addLine(line);
        watcher.epoch(line, story);
      } else {
        watcher.progress(story);
      }
      if (record.kind === "epoch" || now - savedAt >= saveEverySeconds) {
        await save(record.step);
        savedAt = clock();
      }
      since = clock();
    }
    if (end === null) throw new Error("the training ended without an end record");
    if (end.step !== savedStep) await save(end.step);
    return { reason: end.reason, step: end.step };
  } catch (error) {
    throw withRescue(error, run, savedStep);
  } finally {
    forget();
  }
}

function epochLine(record: EpochRecord, story: Story): EpochLine {
  const { kind: _, steps: __, meanAbsoluteError: ___, validationMeanAbsoluteError: ____, ...values } = record;
  const accuracy = record.accuracy ?? 0; // digits are classes: there is one
  return {
    ...values,
    accuracy,
    seconds: rounded(story.seconds, 3),
    imagesPerSecond: Math.round(story.imagesPerSecond),
  };
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** A checkpoint of weights that are no numbers would bury the last good one. */
function checkFinite(model: Model, step: number): void {
  for (const [name, tensor] of model.tensors()) {
    if (tensor.data.every(Number.isFinite)) continue;
    const layer = Number(name.split(".")[0]);
    throw new Failure({
      op: "train",
      problem: `the weights of layer ${layer} (${model.architecture.layers[layer].type}) are no longer finite at step ${step}`,
      want: "finite weights",
      fix: CALMER,
    });
  }
}

/** Weights may be finite and yet so large that nothing sensible comes of them. */
function checkValidation({ step, validationLoss }: EpochRecord): void {
  if (validationLoss === null || Number.isFinite(validationLoss)) return;
  throw new Failure({
    op: "train",
    problem: `the loss on the validation digits became ${validationLoss} at step ${step}`,
    want: "a finite loss",
    fix: CALMER,
  });
}

/** Says, with any error that ends a training, what is left of it. */
function withRescue(error: unknown, run: Run, savedStep: number | null): unknown {
  if (!(error instanceof Error) || !("problem" in error || error instanceof Failure)) return error;
  const kept =
    savedStep === null
      ? "no checkpoint yet"
      : `the checkpoint of step ${savedStep}: ${shortPath(run.file("checkpoint"))}`;
  const [first, ...rest] = error.message.split("\n");
  error.message = [first, ...rest, `  kept  ${kept}`].join("\n");
  return error;
}
