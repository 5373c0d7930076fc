/**
 * A model learns to refuse: a small head on top of it is taught to tell samples from strangers, and its threshold is set
 * by samples which nobody has learnt from: with so few of them above it that, of all there are, no more than a given part
 * will be. (As many as that part of the few at hand would be too many in one of two cases.)
 *
 * Strangers never seen before are what it will meet, so those that it is taught with should be of many kinds.
 *
 * @see [Hendrycks19]
 * @see [Wilson27] the upper end of an interval
 */
import { checkSettings, fraction, SettingError, ShapeError, sizeOf, whole } from "#base";
import type { Rng } from "#base";
import { createDataset } from "#data";
import type { ClassDataset } from "#data";
import type { Parameter } from "#engine";
import { buildHead, featuresOf, Refusal, wilsonInterval } from "#nn";
import type { Model } from "#nn";
import { platform } from "#platform";
import { answersTo } from "./class-evaluation.ts";
import { checkSamples } from "./samples.ts";
import { train } from "./train.ts";

export interface RefusalOptions {
  /** Samples of the classes that the head learns from; the model may have learnt from them too. */
  known: ClassDataset;
  /** Samples of no class, in the form of `known.inputs`, one after another. */
  strangers: Uint8Array | Float32Array;
  /** Samples that neither has learnt from: they set the threshold. */
  validation: ClassDataset;
  /**
   * The part of samples like the validation samples that may be refused, 0 to below 1; default 0.02. Of the validation
   * samples themselves fewer are: the upper end of the 95 % interval stays below it. Of too few for that, none is.
   */
  share?: number;
  /** Hidden units of the head, at least 1; default 30. */
  units?: number;
  /** Source of the head's starting weights and of the order in which it learns. */
  rng: Rng;
}

const BATCH = 128;
const EPOCHS = 4;
const LEAST_STEPS = 400; // of few samples, more epochs

/**
 * Gives a model its refusal: `model.predict` then says how strange each sample is, and its file keeps it. The model's own
 * weights stay as they are, and so do its predictions.
 *
 * @returns the refusal, whose threshold may be changed
 * @throws {ShapeError} when samples do not fit the model
 * @throws {SettingError} when there are no strangers, or a setting is out of its range
 */
export async function fitRefusal(model: Model, options: RefusalOptions): Promise<Refusal> {
  const { known, strangers, validation, rng } = options;
  const { share, units } = checked(model, options);
  const { engine } = model;
  const head = buildHead(engine, model, { units, rng: rng.stream("head") });
  const inputs = await readFeatures(model, [known.inputs, strangers]);
  const [width] = head.architecture.input;
  const scales = scalesOf(inputs, width);
  standardise(inputs, scales);
  const labels = Uint8Array.from({ length: inputs.length / width }, (_, sample) => (sample < known.length ? 0 : 1));
  const data = createDataset({ inputs, labels, inputShape: [width], classNames: ["known", "stranger"] });
  const lesson = train(head, {
    data,
    batchSize: BATCH,
    epochs: Math.max(EPOCHS, Math.ceil(LEAST_STEPS / Math.ceil(labels.length / BATCH))),
    optimizer: { type: "adamw", learningRate: 4e-3, weightDecay: 0.01 },
    schedule: { type: "oneCycle" },
    rng: rng.stream("lesson"),
  });
  for await (const _ of lesson) continue;
  takeOver(head, scales);
  const refusal = (model.refusal = new Refusal(head, { units, threshold: 0 }));
  const { strangeness } = await answersTo(model, validation);
  refusal.threshold = thresholdFor(strangeness as Float32Array, share);
  return refusal;
}

function checked(model: Model, { known, strangers, validation, share, units }: RefusalOptions) {
  const op = "fitRefusal";
  checkSamples(op, model, known);
  checkSamples(op, model, validation);
  const size = sizeOf(model.architecture.input);
  if (strangers.length % size !== 0) {
    const want = `strangers of ${size} numbers each`;
    const shapes = { strangers: [strangers.length], sample: model.architecture.input };
    throw new ShapeError({ op, problem: "the strangers are no whole samples", shapes, want });
  }
  if (strangers.length === 0) {
    const want = "samples of no class, of as many kinds as can be had";
    throw new SettingError({ op, problem: "there are no strangers", setting: "strangers", value: [], want });
  }
  return checkSettings(op, { share, units }, { share: fraction(0.02), units: whole(1, 30) });
}

/** Samples whose features are read at a time. */
const PORTION = 250;

/** The features of samples, list after list: [samples × features]. */
async function readFeatures(model: Model, lists: readonly (Uint8Array | Float32Array)[]): Promise<Float32Array> {
  const size = sizeOf(model.architecture.input);
  const samples = lists.reduce((sum, { length }) => sum + length / size, 0);
  let features = new Float32Array();
  let end = 0;
  for (const list of lists) {
    for (let begin = 0; begin < list.length; begin += PORTION * size) {
      model.engine.step(() => {
        const x = model.input(list.subarray(begin, begin + PORTION * size));
        const { data } = featuresOf(model, x, model.activations(x));
        if (end === 0) features = new Float32Array((samples * data.length) / x.shape[0]);
        features.set(data, end);
        end += data.length;
      });
      await platform.pause();
    }
  }
  return features;
}

interface Scales {
  means: Float64Array;
  deviations: Float64Array;
}

/** The mean and the deviation of each feature; one that hardly moves is not blown up. */
function scalesOf(features: Float32Array, width: number): Scales {
  const samples = features.length / width;
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  for (let begin = 0; begin < features.length; begin += width) {
    for (let column = 0; column < width; column++) means[column] += features[begin + column] / samples;
  }
  for (let begin = 0; begin < features.length; begin += width) {
    for (let column = 0; column < width; column++) {
      const away = features[begin + column] - means[column];
      deviations[column] += (away * away) / samples;
    }
  }
  return { means, deviations: deviations.map((square) => Math.sqrt(square) + LEAST_DEVIATION) };
}

const LEAST_DEVIATION = 0.01;

function standardise(features: Float32Array, { means, deviations }: Scales): void {
  const width = means.length;
  for (let begin = 0; begin < features.length; begin += width) {
    for (let column = 0; column < width; column++) {
      features[begin + column] = (features[begin + column] - means[column]) / deviations[column];
    }
  }
}

/**
 * Lets the head take features as they are: `w·(x − m)/d + b = (w/d)·x + (b − Σ w·m/d)`.
 */
function takeOver(head: Model, { means, deviations }: Scales): void {
  const weight = head.parameters.get("0.weight") as Parameter;
  const bias = head.parameters.get("0.bias") as Parameter;
  const [, units] = weight.shape;
  weight.data.forEach((value, index) => {
    const feature = Math.floor(index / units);
    const own = value / deviations[feature];
    weight.data[index] = own;
    bias.data[index % units] -= own * means[feature];
  });
}

/**
 * A value such that of others like these, no more than a part lies above it: in the middle between two of them, so that a
 * different rounding does not change sides.
 */
function thresholdFor(values: Float32Array, share: number): number {
  const sorted = values.toSorted();
  let above = Math.floor(share * sorted.length);
  while (above > 0 && wilsonInterval(above, sorted.length)[1] > share) above--;
  const last = sorted.length - 1 - above;
  return (sorted[last] + (sorted[last + 1] ?? sorted[last])) / 2;
}
