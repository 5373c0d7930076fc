/**
 * Which learning rate? A short training tries them all: from step to step it rises by the same factor, from one that moves
 * nothing to one that wrecks the network,
 *
 * `rate(i) = from · (to / from)^(i / (steps − 1))`
 *
 * and the loss tells: flat at first, then falling, then rising out of sight. Where it is least the rate is already at the
 * edge; a tenth of that learns nearly as fast, and safely.
 *
 * @see [Smith17] section 3.3
 */
import { checkSettings, positive, pow, SettingError, whole } from "#base";
import type { Dataset } from "#data";
import type { Model } from "#nn";
import { limitNorms, Optimizer } from "#optim";
import { platform } from "#platform";
import { Batches } from "./batches.ts";
import { lessonOf } from "./learner.ts";
import { Learners } from "./learners.ts";
import { checkOptions } from "./options.ts";
import type { TrainOptions } from "./options.ts";
import { checkSamples } from "./samples.ts";

/** One step of the test. */
export interface RatePoint {
  learningRate: number;
  /** Of the step's batch, before the update. */
  loss: number;
  /** The running mean of the losses so far, in which the last ones count most. */
  smoothed: number;
}

export interface LearningRateRange {
  points: RatePoint[];
  /** A peak for a schedule; null when the loss never fell. */
  suggestion: number | null;
  /** The rate at which the smoothed loss was least. */
  least: number;
}

/** What is tried, beside the options of the training that the rate is looked for. */
export interface RangeOptions extends Omit<
  TrainOptions,
  "epochs" | "schedule" | "checkpoint" | "stopAfter" | "reportEvery"
> {
  /** The first rate; default 1e-6. */
  from?: number;
  /** The last one; default 10. It ends before when the loss is four times its least. */
  to?: number;
  /** Updates, at least 10; default 200. */
  steps?: number;
}

/** The part of the running mean that is kept from step to step. */
const KEPT = 0.95;
/** How many times its least the loss may become: beyond, nothing is learnt any more. */
const WRECKED = 4;
const BELOW_LEAST = 0.1;
/** Of the whole range the loss has to fall by this part, or it never fell. */
const LEAST_FALL = 0.02;
const STEPS_BETWEEN_PAUSES = 4;

/**
 * Tries learning rates on a model, which is afterwards as it was.
 *
 * @param options those of the training; of its optimizer the learning rate does not matter
 * @throws {SettingError} when an option is unknown or out of its range
 * @example
 * const { suggestion } = await learningRateRange(model, { data, batchSize: 128, optimizer, rng: new Rng(1) });
 */
export async function learningRateRange(model: Model, options: RangeOptions): Promise<LearningRateRange> {
  const { from, to, steps, signal, ...choices } = options;
  const settings = checkSettings(
    "learningRateRange",
    { from, to, steps },
    {
      from: positive(1e-6),
      to: positive(10),
      steps: whole(10, 200),
    },
  );
  if (settings.from >= settings.to) {
    const want = `less than ${settings.to}, where it ends`;
    const problem = "the rates do not rise";
    throw new SettingError({ op: "learningRateRange", problem, setting: "from", value: settings.from, want });
  }
  const training: TrainOptions = { ...choices, epochs: 1 };
  checkOptions(training);
  const dataset: Dataset = "training" in choices.data ? choices.data.training : choices.data;
  checkSamples("learningRateRange", model, dataset);

  const before = new Map([...model.tensors()].map(([name, { data }]) => [name, data.slice()]));
  const optimizer = new Optimizer(model.parameters, choices.optimizer);
  const lesson = lessonOf(model, dataset, training, optimizer);
  const batches = new Batches(dataset, choices);
  const learners = new Learners(lesson);
  const points: RatePoint[] = [];
  try {
    for (let step = 0; step < settings.steps; step++) {
      if (signal?.aborted) break;
      const learningRate = settings.from * pow(settings.to / settings.from, step / (settings.steps - 1));
      const learner = learners.ofSize(batches.sizeAt(step));
      const loss = model.engine.step(() => {
        learner.take(batches.at(step));
        const outcome = learner.forward(step);
        if (!Number.isFinite(outcome.minimised)) return outcome.minimised;
        learner.backward(step, learningRate);
        if (choices.maxNorm !== undefined) limitNorms(model.parameters.values(), choices.maxNorm);
        return outcome.loss;
      });
      if (!Number.isFinite(loss)) break;
      points.push({ learningRate, loss, smoothed: smoothed(points, loss) });
      if (isWrecked(points)) break;
      if (step % STEPS_BETWEEN_PAUSES === 0) await platform.pause();
    }
  } finally {
    learners.release();
    for (const [name, tensor] of model.tensors()) tensor.data.set(before.get(name) as typeof tensor.data);
  }
  return { points, ...readCurve(points) };
}

/** The mean of all losses, each counting KEPT times the next: `Σ KEPT^(n−i)·lossᵢ / Σ KEPT^(n−i)`. */
function smoothed(points: readonly RatePoint[], loss: number): number {
  const last = points.at(-1);
  if (last === undefined) return loss;
  const weight = (1 - pow(KEPT, points.length)) / (1 - KEPT); // of those before
  return (KEPT * weight * last.smoothed + loss) / (KEPT * weight + 1);
}

function isWrecked(points: readonly RatePoint[]): boolean {
  const least = points.reduce((low, point) => Math.min(low, point.smoothed), Infinity);
  return points[points.length - 1].smoothed > WRECKED * least;
}

function readCurve(points: readonly RatePoint[]): Pick<LearningRateRange, "suggestion" | "least"> {
  if (points.length === 0) return { suggestion: null, least: Number.NaN };
  const lowest = points.reduce((best, point) => (point.smoothed < best.smoothed ? point : best));
  const fell = lowest.smoothed < (1 - LEAST_FALL) * points[0].smoothed;
  return { suggestion: fell ? BELOW_LEAST * lowest.learningRate : null, least: lowest.learningRate };
}
