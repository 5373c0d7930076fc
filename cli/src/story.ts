/**
 * The story of a training so far, as the screen tells it: taken in record by record, with the time handed in.
 */
import type { TrainingRecord } from "inkling";
import type { ProgressRecord } from "inkling/train";
import { validationOf } from "./measures.ts";
import type { Measures, Noun } from "./measures.ts";
import type { EpochLine } from "./runs.ts";

/** A stretch of steps and its mean loss. */
export interface CurvePoint {
  step: number;
  loss: number;
  /** Over how many samples the loss is a mean; absent where that does not matter. */
  samples?: number;
}

const NONE: Measures = { accuracy: null, meanAbsoluteError: null };

export class Story {
  /** Of the epoch that runs. */
  epoch = 1;
  step = 0;
  /** The step at which it will end. */
  readonly lastStep: number;
  /** Planned in all: the length of the schedule. */
  readonly steps: number;
  readonly epochs: number;
  /** What samples are called. */
  readonly noun: Noun;
  /** Of the running epoch so far. */
  train: Measures = NONE;
  /** Mean losses from one report to the next, thinned out when they grow many. */
  points: CurvePoint[] = [];
  /** After each epoch. */
  validation: CurvePoint[] = [];
  lastValidation: Measures = NONE;
  /** Seconds spent learning: not validating, saving or drawing. */
  learningSeconds = 0;
  /** Samples learnt from in that time. */
  learntSamples = 0;
  /** Seconds in all since the first step here. */
  seconds = 0;
  readonly #firstStep: number;
  /** Of the epoch that runs, at the last report: its mean loss, and over how many samples; NaN when nobody has told. */
  #mean: { epoch: number; samples: number; loss: number };
  /** Samples from one report to the next, mostly. */
  #usual = 0;
  #samples: number;

  /** @param at where it begins: 0, or where a resumed training goes on */
  constructor(
    plan: { epochs: number; steps: number; lastStep: number; noun?: Noun },
    at: { step: number; samples: number } = { step: 0, samples: 0 },
  ) {
    this.epochs = plan.epochs;
    this.steps = plan.steps;
    this.lastStep = plan.lastStep;
    this.noun = plan.noun ?? "digit";
    this.step = at.step;
    this.#firstStep = at.step;
    this.#samples = at.samples;
    this.epoch = Math.min(plan.epochs, Math.floor((at.step * plan.epochs) / plan.steps) + 1);
    const isWithin = (at.step * plan.epochs) % plan.steps !== 0; // resumed in the midst of an epoch
    this.#mean = { epoch: this.epoch, samples: isWithin ? Number.NaN : 0, loss: 0 };
  }

  /** Takes in the epochs that were told before, of a training that goes on. */
  recall(lines: readonly EpochLine[]): void {
    for (const line of lines) {
      this.points.push({ step: line.step, loss: line.loss });
      if (line.validationLoss !== null) this.validation.push({ step: line.step, loss: line.validationLoss });
      this.lastValidation = validationOf(line);
    }
  }

  /**
   * @param took    seconds that the record took to come
   * @param seconds since the first step here
   */
  observe(record: TrainingRecord, { took, seconds }: { took: number; seconds: number }): void {
    this.seconds = seconds;
    this.epoch = record.epoch;
    this.step = record.step;
    if (record.kind === "end") return;
    this.train = record;
    if (record.kind === "progress") {
      this.learningSeconds += took;
      const samples = record.samples - this.#samples;
      this.learntSamples += samples;
      this.#samples = record.samples;
      this.#addPoint({ step: record.step, loss: this.#lossSince(record, samples), samples });
    } else {
      this.lastValidation = validationOf(record);
      if (record.validationLoss !== null) this.validation.push({ step: record.step, loss: record.validationLoss });
    }
  }

  get samplesPerSecond(): number {
    return this.learningSeconds > 0 ? this.learntSamples / this.learningSeconds : 0;
  }

  /** Seconds until the last step at the pace so far; null before there is one. */
  get secondsLeft(): number | null {
    const done = this.step - this.#firstStep;
    return done > 0 ? (this.seconds / done) * Math.max(0, this.lastStep - this.step) : null;
  }

  /** The part of the running epoch that is done, 0–1. */
  get epochFraction(): number {
    const stepsPerEpoch = this.steps / this.epochs;
    return Math.min(1, Math.max(0, this.step / stepsPerEpoch - (this.epoch - 1)));
  }

  /**
   * The mean loss since the last report, from the epoch's means then and now:
   *
   *   (mean now · samples now − mean then · samples then) / (samples now − samples then)
   *
   * The loss of a single batch would be far off where the last batch of an epoch has a few samples only.
   */
  #lossSince({ epoch, loss, batchLoss }: ProgressRecord, samples: number): number {
    const before = this.#mean.epoch === epoch ? this.#mean : { samples: 0, loss: 0 };
    const seen = before.samples + samples;
    this.#mean = { epoch, samples: seen, loss };
    const mean = (loss * seen - before.loss * before.samples) / samples;
    return Number.isFinite(mean) && mean > 0 ? mean : batchLoss;
  }

  /** A mean over few samples is joined to the one before. However long the training, the curve stays short. */
  #addPoint(point: CurvePoint): void {
    const { samples = 0 } = point;
    this.#usual = Math.max(this.#usual, samples);
    const last = this.points.at(-1);
    if (last?.samples !== undefined && samples < this.#usual / 2)
      this.points[this.points.length - 1] = joined(last, point);
    else this.points.push(point);
    if (this.points.length < 4096) return;
    const { points } = this;
    this.points = Array.from({ length: points.length / 2 }, (_, pair) =>
      joined(points[2 * pair], points[2 * pair + 1]),
    );
  }
}

function joined(one: CurvePoint, other: CurvePoint): CurvePoint {
  const [few, more] = [one.samples ?? 1, other.samples ?? 1];
  return { step: other.step, loss: (one.loss * few + other.loss * more) / (few + more), samples: few + more };
}
