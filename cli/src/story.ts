/**
 * The story of a training so far, as the screen tells it: taken in record by record, with the time handed in.
 */
import type { TrainingRecord } from "inkling";
import { validationOf } from "./measures.ts";
import type { Measures, Noun } from "./measures.ts";
import type { EpochLine } from "./runs.ts";

/** A stretch of steps and its mean loss. */
export interface CurvePoint {
  step: number;
  loss: number;
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
  /** Losses of batches as they came, thinned out when they grow many. */
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
      this.learntSamples += record.samples - this.#samples;
      this.#samples = record.samples;
      this.#addPoint({ step: record.step, loss: record.batchLoss });
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

  /** However long the training, the curve stays short: neighbours are joined in pairs. */
  #addPoint(point: CurvePoint): void {
    this.points.push(point);
    if (this.points.length < 4096) return;
    const { points } = this;
    this.points = Array.from({ length: points.length / 2 }, (_, pair) => ({
      step: points[2 * pair + 1].step,
      loss: (points[2 * pair].loss + points[2 * pair + 1].loss) / 2,
    }));
  }
}
