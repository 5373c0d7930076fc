/**
 * One update of a training, for batches of one size: the pass over a batch as a plan where it can be recorded, else
 * operation by operation. Both compute the same; the plan does it without building a graph each time.
 */
import { isMostlyZero, PlanError, sizeOf } from "#base";
import type { Rng } from "#base";
import { augment, targetWidth } from "#data";
import type { AugmentationDescription, BatchTarget, Dataset } from "#data";
import { add, alike, apply, Plan, recordPixels } from "#engine";
import type { Op, Tensor, View } from "#engine";
import type { Floats, Kernels } from "#kernels";
import { weightPenalty } from "#nn";
import type { Model, Penalty } from "#nn";
import { clip, clipGradients } from "#optim";
import type { Optimizer } from "#optim";
import type { Loss } from "./loss.ts";

/** What all learners of a training share. */
export interface Lesson {
  model: Model;
  dataset: Dataset;
  loss: Loss;
  optimizer: Optimizer;
  penalty?: Penalty;
  clipNorm?: number;
  augmentation: readonly AugmentationDescription[];
  /** Of the masks, and of the augmentation. */
  streams: { dropout: Rng; augment: Rng };
}

/** What a forward pass over a batch says. */
export interface Outcome {
  /** The mean loss of the batch. */
  loss: number;
  /** The same with the price on weights: what the update makes smaller. */
  minimised: number;
  /** [samples × outputs] */
  results: Floats;
}

/** Makes updates from batches of one size. A batch is filled in, looked at, and then learnt from. */
export interface Learner extends BatchTarget {
  forward(step: number): Outcome;
  backward(step: number, learningRate: number): void;
  /** What its plan does and needs; null where there is none. */
  readonly plan: Plan | null;
}

/** A learner for batches of `count` samples. */
export function createLearner(lesson: Lesson, count: number): Learner {
  try {
    return plannedLearner(lesson, count);
  } catch (error) {
    // a layer or operation of the user's own that reads numbers along the way is computed as it stands
    if (error instanceof PlanError) return eagerLearner(lesson, count);
    throw error;
  }
}

/** The pictures of a batch, changed as the descriptions say. */
const augmentationOp: Op<{ descriptions: readonly AugmentationDescription[]; rng: Rng; step: number }> = {
  name: "augmentation",
  overwrites: true,
  keepsZeros: true,
  shape: ([images]) => images.shape,
  atStep: (settings, step) => ({ ...settings, step }),
  forward(kernels, [images], y, { descriptions, rng, step }) {
    const [count, ...inputShape] = images.shape;
    augment(kernels, descriptions, { images: images.data, target: y.data, count, inputShape, key: rng.key, step });
  },
  backward() {
    // pictures have no gradient
  },
};

/** The forward pass with its loss, on tensors that are computed or recorded. */
function pass(lesson: Lesson, batch: { x: Tensor; targets: Tensor }, step: number) {
  const { model, loss: lossOf, penalty, augmentation, streams } = lesson;
  const results = model.forward(changed(batch.x, augmentation, streams.augment, step), {
    training: true,
    rng: streams.dropout,
    step,
  });
  const loss = lossOf.ofBatch(results, batch.targets);
  const price = penalty ? weightPenalty(model.parameters.values(), penalty) : null;
  return { ...batch, results, loss, minimised: price === null ? loss : add(loss, price) };
}

/** The pictures of a step as the network sees them. */
export function changed(x: Tensor, descriptions: readonly AugmentationDescription[], rng: Rng, step: number): Tensor {
  return descriptions.length === 0 ? x : apply(augmentationOp, [x], { descriptions, rng, step });
}

function plannedLearner(lesson: Lesson, count: number): Learner {
  const { model, dataset, optimizer, clipNorm } = lesson;
  const { engine, architecture, card } = model;
  const shape = [count, ...architecture.input];
  const room = dataset.inputs instanceof Uint8Array ? engine.lastingBytes(sizeOf(shape)) : null;
  const isSparse = isMostlyZero(dataset.inputs, sizeOf(architecture.input));
  const record = (step: number) =>
    engine.record(() => {
      const x =
        room === null
          ? engine.unplaced(shape)
          : recordPixels(engine, { bytes: room.bytes, shape, scale: card.preprocessing.scale });
      if (isSparse) engine.recording?.sparse.add(x);
      return pass(lesson, { x, targets: engine.unplaced([count * targetWidth(dataset)]) }, step);
    });
  const { recording, result } = record(0);
  if (!alike(recording, record(1).recording)) {
    throw new PlanError({ op: "plan", problem: "the pass does other things at another step" });
  }
  const { x, targets, results, loss, minimised } = result;
  const squared = clipNorm === undefined ? null : engine.lasting(0, []);
  let rate = 0;
  const update = (kernels: Kernels, gradients: ReadonlyMap<Tensor, View>) => {
    // in the order of the parameters, as the sum of squares is taken
    const inOrder = [...model.parameters.values()].flatMap((parameter) => gradients.get(parameter) ?? []);
    if (squared !== null) clip(kernels, inOrder, squared, clipNorm as number);
    optimizer.move(kernels, gradients, { learningRate: rate });
  };
  const plan = new Plan(engine, recording, { loss: minimised, outputs: [loss, results], update });
  return {
    plan,
    into: room?.bytes ?? x.data,
    targetsInto: targets.data,
    forward(step) {
      plan.forward(step);
      return { loss: loss.item(), minimised: minimised.item(), results: results.data };
    },
    backward(step, learningRate) {
      rate = learningRate;
      plan.backward(step);
    },
  };
}

function eagerLearner(lesson: Lesson, count: number): Learner {
  const { model, dataset, optimizer, clipNorm } = lesson;
  const size = count * sizeOf(model.architecture.input);
  const into = dataset.inputs instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size);
  const targetsInto = new Float32Array(count * targetWidth(dataset));
  let minimised: Tensor | null = null;
  return {
    plan: null,
    into,
    targetsInto,
    forward(step) {
      const targets = model.engine.tensor(targetsInto, [targetsInto.length]);
      const made = pass(lesson, { x: model.input(into), targets }, step);
      ({ minimised } = made);
      return { loss: made.loss.item(), minimised: minimised.item(), results: made.results.data };
    },
    backward(_step, learningRate) {
      (minimised as Tensor).backward();
      if (clipNorm !== undefined) clipGradients(model.parameters.values(), clipNorm);
      optimizer.update({ learningRate });
    },
  };
}
