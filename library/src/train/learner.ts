/**
 * One update of a training, for batches of one size: the pass over a batch as a plan where it can be recorded, else
 * operation by operation. Both compute the same; the plan does it without building a graph each time.
 */
import { isMostlyZero, MemoryError, PlanError, sizeOf } from "#base";
import type { Rng } from "#base";
import { gatherInputs, gatherTargets, targetWidth } from "#data";
import type { Dataset } from "#data";
import { add, alike, pixels, Plan } from "#engine";
import type { Tensor, Values, View } from "#engine";
import type { Floats, Kernels } from "#kernels";
import { weightPenalty } from "#nn";
import type { Model, Penalty } from "#nn";
import { clip, clipGradients } from "#optim";
import type { Optimizer } from "#optim";
import { Augmentation } from "./augmentation.ts";
import { lossFor } from "./loss.ts";
import type { Loss } from "./loss.ts";
import type { TrainOptions } from "./options.ts";

/** What all learners of a training share. */
export interface Lesson {
  model: Model;
  dataset: Dataset;
  pictures: Pictures;
  loss: Loss;
  optimizer: Optimizer;
  penalty?: Penalty;
  clipNorm?: number;
  augmentation: Augmentation;
  /** Source of the masks. */
  masks: Rng;
}

/** The lesson of a training: what its options come to for one data set. */
export function lessonOf(model: Model, dataset: Dataset, options: TrainOptions, optimizer: Optimizer): Lesson {
  const { penalty, clipNorm, rng } = options;
  const { engine, architecture } = model;
  return {
    model,
    dataset,
    pictures: new Pictures(model, dataset),
    loss: lossFor(options.loss, { model, dataset }),
    optimizer,
    penalty,
    clipNorm,
    augmentation: new Augmentation(engine, options.augmentation ?? [], { inputShape: architecture.input, rng }),
    masks: rng.stream("dropout"),
  };
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

/** Makes updates from batches of one size. A batch is taken in, looked at, and then learnt from. */
export interface Learner {
  /** Takes in the samples of these numbers; what is to be learnt of them then stands in `targets`. */
  take(samples: Uint32Array): void;
  readonly targets: Floats;
  forward(step: number): Outcome;
  backward(step: number, learningRate: number): void;
  /** What its plan does and needs; null where there is none. */
  readonly plan: Plan | null;
  /** Gives its memory back; it cannot be used any more. */
  release(): void;
}

/** A learner for batches of `count` samples. */
export function createLearner(lesson: Lesson, count: number): Learner {
  if (!lesson.model.repeatable) return eagerLearner(lesson, count);
  try {
    return plannedLearner(lesson, count);
  } catch (error) {
    // a layer that says it can be repeated, and cannot, is computed as it stands
    if (error instanceof PlanError) return eagerLearner(lesson, count);
    throw error;
  }
}

/** The forward pass with its loss, on tensors that are computed or recorded. */
function pass(lesson: Lesson, batch: { x: Tensor; targets: Tensor }, step: number) {
  const { model, loss: lossOf, penalty, augmentation, masks } = lesson;
  const results = model.forward(augmentation.apply(batch.x, step), { training: true, rng: masks, step });
  const loss = lossOf.ofBatch(results, batch.targets);
  const price = penalty ? weightPenalty(model.parameters.values(), penalty) : null;
  return { ...batch, results, loss, minimised: price === null ? loss : add(loss, price) };
}

/** What every layer makes of the samples of a step, computed operation by operation. */
export function activationsOf(lesson: Lesson, samples: Uint32Array, step: number): Tensor[] {
  const { model, dataset, augmentation, masks } = lesson;
  const x = augmentation.apply(model.input(inputsOf(dataset, samples)), step);
  return model.activations(x, { training: true, rng: masks, step });
}

/** A copy of the inputs of some samples. */
function inputsOf(dataset: Dataset, samples: Uint32Array): Uint8Array | Float32Array {
  const numbers = samples.length * sizeOf(dataset.inputShape);
  const inputs = dataset.inputs instanceof Uint8Array ? new Uint8Array(numbers) : new Float32Array(numbers);
  gatherInputs(dataset, samples, inputs);
  return inputs;
}

function plannedLearner(lesson: Lesson, count: number): Learner {
  const { model, dataset, optimizer, clipNorm } = lesson;
  const { engine, architecture } = model;
  const isSparse = isMostlyZero(dataset.inputs, sizeOf(architecture.input));
  const intake = intakeOf(lesson, count);
  const targets = engine.lasting(0, [count * targetWidth(dataset)]);
  const record = (step: number) =>
    engine.record(() => {
      const x = intake.record();
      if (isSparse) engine.recording?.sparse.add(x);
      return pass(lesson, { x, targets }, step);
    });
  const { recording, result } = record(0);
  if (!alike(recording, record(1).recording)) {
    throw new PlanError({ op: "plan", problem: "the pass does other things at another step" });
  }
  const { results, loss, minimised } = result;
  const squared = clipNorm === undefined ? null : engine.lasting(0, []);
  let rate = 0;
  const update = (kernels: Kernels, gradients: ReadonlyMap<Tensor, View>) => {
    if (squared !== null) {
      // in the order of the parameters, as the sum of squares is taken
      const inOrder = [...model.parameters.values()].flatMap((parameter) => gradients.get(parameter) ?? []);
      clip(kernels, inOrder, squared, clipNorm as number);
    }
    optimizer.move(kernels, gradients, { learningRate: rate });
  };
  const plan = new Plan(engine, recording, { loss: minimised, outputs: [loss, results], update });
  return {
    plan,
    targets: targets.data,
    take(samples) {
      intake.take(samples);
      gatherTargets(dataset, samples, targets.data);
    },
    forward(step) {
      plan.forward(step);
      return { loss: loss.item(), minimised: minimised.item(), results: results.data };
    },
    backward(step, learningRate) {
      rate = learningRate;
      plan.backward(step);
      optimizer.step++;
    },
    release() {
      plan.release();
      for (const held of [targets, squared, ...intake.held]) if (held !== null) engine.release(held);
    },
  };
}

/** How the inputs of a batch get into a plan. */
interface Intake {
  /** The batch as a tensor of the recording that is running. */
  record(): Tensor;
  take(samples: Uint32Array): void;
  /** What it works with, to be given back. */
  readonly held: readonly (Tensor | Uint8Array)[];
}

/** Pictures come as bytes, of which the plan makes numbers; numbers come as they are. */
function intakeOf({ model, dataset, pictures }: Lesson, count: number): Intake {
  const { engine, architecture, card } = model;
  const sample = architecture.input;
  if (!(dataset.inputs instanceof Uint8Array)) {
    const x = engine.lasting(0, [count, ...sample]);
    return { record: () => x, take: (samples) => gatherInputs(dataset, samples, x.data), held: [x] };
  }
  const { scale } = card.preprocessing;
  const inOrder = Array.from({ length: count }, (_, index) => index);
  const numbers = engine.lasting(inOrder, [count]);
  const images = pictures.resident();
  if (images !== null) {
    const record = () => pixels(numbers, { images, sample, scale });
    return { record, take: (samples) => numbers.data.set(samples), held: [numbers] };
  }
  const batch = engine.lastingBytes(count * sizeOf(sample));
  return {
    record: () => pixels(numbers, { images: batch, sample, scale }),
    take: (samples) => gatherInputs(dataset, samples, batch),
    held: [numbers, batch],
  };
}

/** So many bytes of pictures at most are kept in the engine's memory, 256 MiB: MNIST is 47 MB. */
const MOST_RESIDENT = 268_435_456;
/** Sample numbers ride in floats, where all whole numbers up to this are exact. */
const MOST_SAMPLES = 16_777_216;

/** A copy of the pictures of a data set in the engine's memory, while a training needs it. */
export class Pictures {
  readonly #model: Model;
  readonly #dataset: Dataset;
  #images: Uint8Array | null = null;
  #outside = false;

  constructor(model: Model, dataset: Dataset) {
    this.#model = model;
    this.#dataset = dataset;
  }

  /** The pictures, brought there when first asked for; null where they are numbers, too many, or there is no room. */
  resident(): Uint8Array | null {
    const { inputs, length } = this.#dataset;
    if (this.#images !== null || this.#outside) return this.#images;
    if (!(inputs instanceof Uint8Array) || inputs.length > MOST_RESIDENT || length > MOST_SAMPLES) return null;
    try {
      const images = this.#model.engine.lastingBytes(inputs.length);
      images.set(inputs);
      return (this.#images = images);
    } catch (error) {
      if (error instanceof MemoryError) return null; // then batch by batch
      throw error;
    }
  }

  get areResident(): boolean {
    return this.#images !== null;
  }

  /** From now on none are brought there; those that are go. Plans that read them must be gone. */
  stayOutside(): void {
    this.#outside = true;
    this.release();
  }

  release(): void {
    if (this.#images !== null) this.#model.engine.release(this.#images);
    this.#images = null;
  }
}

function eagerLearner(lesson: Lesson, count: number): Learner {
  const { model, dataset, optimizer, clipNorm } = lesson;
  let x: Uint8Array | Float32Array | null = null;
  const targets = new Float32Array(count * targetWidth(dataset));
  let minimised: Tensor | null = null;
  return {
    plan: null,
    targets,
    take(samples) {
      x = inputsOf(dataset, samples);
      gatherTargets(dataset, samples, targets);
    },
    forward(step) {
      const batch = { x: model.input(x as Values), targets: model.engine.tensor(targets, [targets.length]) };
      const made = pass(lesson, batch, step);
      ({ minimised } = made);
      return { loss: made.loss.item(), minimised: minimised.item(), results: made.results.data };
    },
    backward(_step, learningRate) {
      (minimised as Tensor).backward();
      if (clipNorm !== undefined) clipGradients(model.parameters.values(), clipNorm);
      optimizer.update({ learningRate });
    },
    release() {
      // what a step makes is gone with it
    },
  };
}
