/**
 * The story of a training so far, as the screen tells it: taken in record by record, with the time handed in.
 */
import type { TrainingRecord } from "inkling";
import type { EpochRecord } from "inkling/train";

/** A stretch of steps and its mean loss. */
export interface CurvePoint {
  step: number;
  loss: number;
}

export class Story {
  /** Of the epoch that runs. */
  epoch = 1;
  step = 0;
  /** The step at which it will end. */
  readonly lastStep: number;
  /** Planned in all: the length of the schedule. */
  readonly steps: number;
  readonly epochs: number;
  accuracy: number | null = null;
  /** Losses of batches as they came, thinned out when they grow many. */
  points: CurvePoint[] = [];
  /** After each epoch. */
  validation: CurvePoint[] = [];
  validationAccuracy: number | null = null;
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
    plan: { epochs: number; steps: number; lastStep: number },
    at: { step: number; samples: number } = { step: 0, samples: 0 },
  ) {
    this.epochs = plan.epochs;
    this.steps = plan.steps;
    this.lastStep = plan.lastStep;
    this.step = at.step;
    this.#firstStep = at.step;
    this.#samples = at.samples;
    this.epoch = Math.min(plan.epochs, Math.floor((at.step * plan.epochs) / plan.steps) + 1);
  }

  /** Takes in the epochs that were told before, of a training that goes on. */
  recall(lines: readonly Pick<EpochRecord, "step" | "loss" | "validationLoss" | "validationAccuracy">[]): void {
    for (const { step, loss, validationLoss, validationAccuracy } of lines) {
      this.points.push({ step, loss });
      if (validationLoss !== null) this.validation.push({ step, loss: validationLoss });
      this.validationAccuracy = validationAccuracy;
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
    this.accuracy = record.accuracy;
    if (record.kind === "progress") {
      this.learningSeconds += took;
      this.learntSamples += record.samples - this.#samples;
      this.#samples = record.samples;
      this.#addPoint({ step: record.step, loss: record.batchLoss });
    } else {
      this.validationAccuracy = record.validationAccuracy;
      if (record.validationLoss !== null) this.validation.push({ step: record.step, loss: record.validationLoss });
    }
  }

  get imagesPerSecond(): number {
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
