/**
 * The learning rate over a training, as a factor of its peak: a pure function of progress, so that stopping and
 * resuming changes nothing, and a longer training only stretches the curve.
 *
 * Each kind may begin with a warm-up: over that part of all steps the factor rises along half a cosine wave.
 */
import { checkSettings, cos, fraction, number, optional, pow, SettingError, whole } from "#base";

/** The peak rate throughout. */
export interface ConstantSchedule {
  type: "constant";
  /** The part of all steps that rises, 0 to below 1; default 0. */
  warmup?: number;
}

/** Multiplied by `factor` after every so many epochs. */
export interface StepSchedule {
  type: "step";
  /** In epochs, at least 1. */
  every: number;
  /** 0 to 1; default 0.1. */
  factor?: number;
  /** The part of all steps that rises, 0 to below 1; default 0. */
  warmup?: number;
}

/** Down half a cosine wave, from 1 to `final`. @see [Loshchilov17] eq. 5, without restarts */
export interface CosineSchedule {
  type: "cosine";
  /** The factor at the end, 0 to 1; default 0. */
  final?: number;
  /** The part of all steps that rises, 0 to below 1; default 0. */
  warmup?: number;
}

/**
 * Up and down once: from `start` to 1 during the warm-up, then to `final`, both along half a cosine wave. A large rate
 * in the middle crosses barriers, the long way down settles. @see [Smith19], with cosines in place of straight lines
 */
export interface OneCycleSchedule {
  type: "oneCycle";
  /** The part of all steps that rises, 0 to below 1; default 0.15. */
  warmup?: number;
  /** The factor of the first step, 0 to 1; default 0.04. */
  start?: number;
  /** The factor after the last step, 0 to 1; default 0. */
  final?: number;
}

/** A schedule as plain data. */
export type ScheduleDescription = ConstantSchedule | StepSchedule | CosineSchedule | OneCycleSchedule;

/** How far the training is. */
export interface Progress {
  /** Updates made so far. */
  step: number;
  /** Updates planned in all. */
  steps: number;
  stepsPerEpoch: number;
}

const types = ["constant", "step", "cosine", "oneCycle"];

/**
 * The factor of the peak learning rate for the next update, as a function of progress.
 *
 * @throws {SettingError} when the kind is unknown or a setting out of range
 * @example
 * const factor = buildSchedule({ type: "cosine" });
 * factor({ step: 0, steps: 100, stepsPerEpoch: 10 }); // 1
 */
export function buildSchedule(description: ScheduleDescription): (progress: Progress) => number {
  const warmup = optional(fraction());
  switch (description.type) {
    case "constant": {
      const settings = checkSettings("constant", description, { warmup });
      return warmedUp(settings.warmup ?? 0, 0, () => 1);
    }
    case "step": {
      const settings = checkSettings("step", description, { every: whole(1), factor: number(0, 1, 0.1), warmup });
      const decay = ({ step, stepsPerEpoch }: Progress) =>
        pow(settings.factor, Math.floor(step / (settings.every * stepsPerEpoch)));
      return warmedUp(settings.warmup ?? 0, 0, decay);
    }
    case "cosine": {
      const settings = checkSettings("cosine", description, { final: number(0, 1, 0), warmup });
      return warmedUp(settings.warmup ?? 0, 0, (_, rest) => wave(1, settings.final, rest));
    }
    case "oneCycle": {
      const fields = { warmup: fraction(0.15), start: number(0, 1, 0.04), final: number(0, 1, 0) };
      const settings = checkSettings("oneCycle", description, fields);
      return warmedUp(settings.warmup, settings.start, (_, rest) => wave(1, settings.final, rest));
    }
    default: {
      const { type } = description as { type: string };
      throw new SettingError({
        op: "schedule",
        problem: `nobody knows a schedule "${type}"`,
        setting: "schedule.type",
        value: type,
        want: `one of ${types.join(", ")}`,
      });
    }
  }
}

/** Rises from `start` to 1 over the part `warmup` of all steps, then follows `after`, which sees the rest as 0–1. */
function warmedUp(
  warmup: number,
  start: number,
  after: (progress: Progress, rest: number) => number,
): (progress: Progress) => number {
  return (progress) => {
    const rising = Math.round(warmup * progress.steps);
    // the first warm-up step must move, so a rise from 0 begins one step in
    if (progress.step < rising) return wave(start, 1, (progress.step + (start === 0 ? 1 : 0)) / rising);
    return after(progress, (progress.step - rising) / Math.max(1, progress.steps - rising));
  };
}

/** From `from` to `to` along half a cosine wave, for t in 0–1. */
function wave(from: number, to: number, t: number): number {
  return to + ((from - to) * (1 + cos(Math.PI * Math.min(1, t)))) / 2;
}
